import type { JsonObject } from '../../kernel/json.ts';
import type { ObjectRule } from '../object-rule.ts';
import { addIssue, type Walk } from '../walk.ts';

/** Of the properties of a choice (`value[x]`) only one may be there. https://hl7.org/fhir/R4/formats.html#choice */
export function checkChoices(object: JsonObject, rule: ObjectRule, walk: Walk): void {
  const chosen = new Map<string, string>();
  for (const key in object) {
    const property = rule.properties.get(key);
    if (property === undefined || property.choiceBit === 0) continue;
    const { element } = property;
    const name = key.startsWith('_') ? key.slice(1) : key;
    const other = chosen.get(element);
    if (other === undefined) chosen.set(element, name);
    else if (other !== name) {
      walk.path.push(element);
      addIssue(
        walk,
        'structure',
        `${other} and ${name} exclude each other: ${element}[x] holds one value of one type.`,
      );
      walk.path.pop();
    }
  }
}
