import type { ElementJson } from '../../../definitions/snapshot/element-json.ts';
import { report } from '../report.ts';
import type { ItemCheck } from '../rule.ts';
import { meetsStated, statedText, statedValues } from '../stated-value.ts';

/** `fixed[x]` and `pattern[x]`. */
export function statedChecks(definition: ElementJson, label: string): readonly ItemCheck[] {
  return statedValues(definition).map((stated): ItemCheck => {
    const asked = stated.kind === 'fixed' ? 'must be exactly' : 'must hold at least';
    const text = `${label} ${asked} ${statedText(stated)}.`;
    return (item, visit) => {
      if (item.value === undefined || meetsStated(item, stated)) return;
      report(visit, 'value', text);
    };
  });
}
