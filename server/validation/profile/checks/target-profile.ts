import type { TypeJson } from '../../../definitions/snapshot/element-json.ts';
import { isObject } from '../../../kernel/json.ts';
import { resolveIn } from '../../references/resolve.ts';
import { shown } from '../../walk.ts';
import { whyNot } from '../conforms.ts';
import { isOfType, type Item } from '../item.ts';
import { report } from '../report.ts';
import type { ItemCheck, Visit } from '../rule.ts';
import { itemOfResource, typeOfTarget } from '../select.ts';
import { targetPlace } from '../target-place.ts';

/**
 * What references may lead to: target profiles for a target that is at hand, their types for others; and where the
 * target may be (aggregation). https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.type.targetProfile
 */
export function targetProfileChecks(types: readonly TypeJson[], label: string): readonly ItemCheck[] {
  const canonicals = types.flatMap(({ targetProfile }) => targetProfile ?? []);
  const modes = types.flatMap(({ aggregation }) => aggregation ?? []);
  const checks: ItemCheck[] = [];
  if (modes.length > 0) checks.push((item, visit) => checkAggregation(item, modes, label, visit));
  if (canonicals.length > 0) checks.push((item, visit) => checkTarget(item, canonicals, label, visit));
  return checks;
}

function checkTarget(item: Item, canonicals: readonly string[], label: string, visit: Visit): void {
  const reference = referenceOf(item);
  const target = reference === undefined ? undefined : resolveIn(visit.walk, reference);
  if (reference !== undefined && target !== undefined) {
    const place = targetPlace(target, visit.walk);
    const targetItem = itemOfResource(target);
    const reasons: string[] = [];
    for (const canonical of canonicals) {
      const profile = visit.profiles.find(canonical);
      const reason = profile === undefined ? 'is not known here' : whyNot(targetItem, profile, visit, place);
      if (reason === undefined) return;
      reasons.push(`${canonical} (${reason})`);
    }
    report(visit, 'structure', `${label}: ${shown(reference)} must meet ${reasons.join(' or ')}.`);
    return;
  }
  const type = typeOfTarget(item.value, reference);
  if (type !== undefined) checkType(type, canonicals, label, visit);
}

function checkType(type: string, canonicals: readonly string[], label: string, visit: Visit): void {
  const { definitions } = visit.walk.env;
  const accepted = new Set<string>();
  for (const canonical of canonicals) {
    const expected = visit.profiles.find(canonical)?.type;
    if (expected === undefined || isOfType(type, expected, definitions)) return;
    accepted.add(expected);
  }
  report(
    visit,
    'structure',
    `${label} refers to a ${shown(type)}. Expected is a reference to ${[...accepted].join(', ')}.`,
  );
}

function checkAggregation(item: Item, modes: readonly string[], label: string, visit: Visit): void {
  const reference = referenceOf(item);
  if (reference === undefined) return;
  const isLocal = reference.startsWith('#');
  const mode = isLocal ? 'contained' : resolveIn(visit.walk, reference) === undefined ? 'referenced' : 'bundled';
  // What is in the same Bundle is referenced as well.
  if (modes.includes(mode) || (mode === 'bundled' && modes.includes('referenced'))) return;
  report(
    visit,
    'structure',
    `${label}: the target of ${shown(reference)} is ${mode}. Expected is one that is ${modes.join(' or ')}.`,
  );
}

function referenceOf({ value }: Item): string | undefined {
  const reference = isObject(value) ? value.reference : value;
  return typeof reference === 'string' ? reference : undefined;
}
