import type { SearchParam, Slot, SlotUse } from '../registry-types.ts';
import type { OfTypeTest, TokenTest } from '../tree.ts';
import { ofTypeText } from '../index/token-values.ts';
import type { Condition, KeyEntry } from './condition.ts';
import { RANK, tokenRank } from './rank.ts';
import type { Scope } from './scope.ts';

/** Any of the tokens. https://hl7.org/fhir/R4/search.html#token */
export function tokenConditions(scope: Scope, param: SearchParam, tests: readonly TokenTest[]): Condition[] {
  const entries: KeyEntry[] = [];
  const conditions: Condition[] = [];
  let rank = 0;
  for (const use of param.slots) {
    rank = Math.max(rank, tokenRank(use.slot, param.impliedSystem));
    for (const test of tests) {
      const system = rowSystem(scope, param, use, test.system);
      if (system === 'other') continue;
      if (test.code === undefined) conditions.push(anyCode(scope, use, system));
      else {
        for (const code of scope.hasher.codes(use.slot, test.system, test.code)) {
          entries.push({ key: scope.hasher.key(use.slot.id, code), detail: system });
        }
      }
    }
  }
  if (entries.length > 0) conditions.push({ kind: 'keys', table: 'ix_token', entries, rank });
  return conditions;
}

/** The system that rows must have; undefined: any; `other`: no row can match. */
function rowSystem(
  { hasher }: Scope,
  param: SearchParam,
  use: SlotUse,
  system: string | undefined,
): number | undefined | 'other' {
  if (use.system !== undefined) {
    return system === undefined || system === use.system ? hasher.hash32(use.system) : 'other';
  }
  // Rows of `code` elements carry no system.
  if (system === undefined || system === param.impliedSystem) return undefined;
  return system === '' ? 0 : hasher.hash32(system);
}

function anyCode({ sql, hasher }: Scope, { slot }: SlotUse, system: number | undefined): Condition {
  const { from, to } = hasher.slotRange(slot.id);
  return {
    kind: 'system',
    from,
    to,
    system,
    where: (alias) => {
      const inSlot = `${alias}.key between ${sql.bind(from, 'bigint')} and ${sql.bind(to, 'bigint')}`;
      return system === undefined ? inSlot : `${inSlot} and ${alias}.system = ${sql.bind(system, 'integer')}`;
    },
  };
}

/** `identifier:of-type`. https://hl7.org/fhir/R4/search.html#modifiers */
export function ofTypeConditions(scope: Scope, param: SearchParam, tests: readonly OfTypeTest[]): Condition[] {
  const entries = companions(scope, param, 'of-type').flatMap((slot) =>
    tests.flatMap(({ system, code, value }) =>
      scope.hasher.codes(slot, undefined, value).map((each): KeyEntry => {
        return { key: scope.hasher.key(slot.id, ofTypeText(system, code, each)), detail: undefined };
      }),
    ),
  );
  return entries.length === 0 ? [] : [{ kind: 'keys', table: 'ix_token', entries, rank: RANK.identifier }];
}

/** Slots that are filled beside the parameter's own: `identifier#of-type`, `subject#identifier`. */
export function companions({ registry }: Scope, param: SearchParam, name: 'of-type' | 'identifier'): readonly Slot[] {
  const names = new Set(param.slots.map(({ slot }) => `${slot.name}#${name}`));
  return registry.slots(param.resourceType).filter((slot) => names.has(slot.name));
}
