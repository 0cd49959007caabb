import { anyOf, type Condition } from './condition.ts';
import { idCondition } from './identity.ts';
import { referenceRank } from './rank.ts';
import { referenceEntries } from './reference.ts';
import type { Scope } from './scope.ts';

/** Member of a compartment. https://hl7.org/fhir/R4/compartmentdefinition.html */
export function compartmentCondition(scope: Scope, type: string, compartment: string, id: string): Condition {
  const target = `${compartment}/${id}`;
  const params = scope.registry.compartmentParams(compartment, type);
  const found = new Map(
    params.flatMap((param) => referenceEntries(scope, param, [target])).map((entry) => [entry.key, entry]),
  );
  const conditions: Condition[] = type === compartment ? [idCondition(scope, [type], [id])] : [];
  if (found.size > 0) {
    conditions.push({ kind: 'keys', table: 'ix_ref', entries: [...found.values()], rank: referenceRank([target]) });
  }
  return anyOf(conditions);
}
