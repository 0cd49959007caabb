import type { SearchParam } from '../registry-types.ts';
import type { ReferenceTest } from '../tree.ts';
import type { CompileFilter, Condition, KeyEntry } from './condition.ts';
import { hierarchyCondition } from './hierarchy.ts';
import { referenceRank } from './rank.ts';
import type { Scope } from './scope.ts';
import { companions, tokenConditions } from './token.ts';

/** Any of the references. https://hl7.org/fhir/R4/search.html#reference */
export function referenceConditions(
  scope: Scope,
  param: SearchParam,
  tests: readonly ReferenceTest[],
  compile: CompileFilter,
): Condition[] {
  const conditions: Condition[] = [];
  const targets: string[] = [];
  for (const test of tests) {
    if (test.identifier !== undefined) {
      const slots = companions(scope, param, 'identifier').map((slot) => ({ slot }));
      conditions.push(...tokenConditions(scope, { ...param, slots }, [test.identifier]));
    } else if (test.hierarchy !== undefined) {
      conditions.push(...hierarchyCondition(scope, param, test, test.hierarchy, compile));
    } else targets.push(...test.targets);
  }
  const entries = referenceEntries(scope, param, targets);
  if (entries.length > 0) conditions.push({ kind: 'keys', table: 'ix_ref', entries, rank: referenceRank(targets) });
  return conditions;
}

/** The index keys under which the parameter's references to the targets stand. */
export function referenceEntries({ hasher }: Scope, param: SearchParam, targets: readonly string[]): KeyEntry[] {
  return param.slots.flatMap(({ slot, targetTypes }) =>
    targets
      .filter((text) => targetTypes === undefined || targetTypes.includes(text.slice(0, text.indexOf('/'))))
      .map((text) => ({ key: hasher.key(slot.id, text), detail: hasher.target(text) })),
  );
}
