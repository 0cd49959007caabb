import { compositeKey, type CompositePart } from '../index/composite.ts';
import type { SearchParam, Slot } from '../registry-types.ts';
import type { CompositeTest, NumberTest, ReferenceTest, TokenTest, ValueTest } from '../tree.ts';
import { anyOf, NEVER, type Condition, type KeyEntry } from './condition.ts';
import { dateRows } from './date.ts';
import { numberRange } from './number-range.ts';
import { quantityRows } from './quantity.ts';
import { RANK } from './rank.ts';
import type { Scope } from './scope.ts';
import { equals } from './sql.ts';
import { stringRows } from './string.ts';

/**
 * A composite on a repeating element, whose rows are made per occurrence: the leading tokens are part of the key, the last
 * component is compared by the row's columns. https://hl7.org/fhir/R4/search.html#composite
 */
export function compositeCondition(
  scope: Scope,
  slot: Slot,
  params: readonly SearchParam[],
  { parts }: CompositeTest,
): Condition {
  const tokens = parts.filter((part) => part.is === 'token');
  const leading = parts.findIndex((part) => part.is !== 'token');
  const keyParts = tokens.slice(0, leading === -1 ? parts.length - 1 : leading).map(compositePart);
  const rest = parts.slice(keyParts.length);
  const [last, second] = rest;
  if (last === undefined) return NEVER;
  if (second !== undefined) return numberPair(scope, slot, keyParts, last, second);
  const key = (): string => compositeKey(scope.hasher, slot.id, keyParts);
  switch (last.is) {
    case 'token':
      return tokenLast(scope, slot, keyParts, last, params.at(-1)?.impliedSystem);
    case 'reference':
      return referenceLast(scope, slot, keyParts, last);
    case 'date':
      return ofKey(scope, key(), dateRows(scope, [key()], [last], false));
    case 'string':
      return ofKey(scope, key(), stringRows(scope, [key()], [last]));
    case 'number':
    case 'quantity':
      return ofKey(scope, key(), quantityRows(scope, [key()], [last]));
    default:
      return NEVER;
  }
}

/** The key alone leaves few rows, whatever the index knows of the last component. */
function ofKey({ sql }: Scope, key: string, conditions: readonly Condition[]): Condition {
  const isKey = (alias: string): string => equals(sql, `${alias}.key`, [key]);
  return anyOf(
    conditions.map((condition) =>
      condition.kind === 'rows' && condition.access.length === 0 ? { ...condition, access: [isKey] } : condition,
    ),
  );
}

function compositePart({ system, code }: TokenTest): CompositePart {
  return { ...(system === undefined ? {} : { system }), ...(code === undefined ? {} : { code }) };
}

function tokenLast(
  { hasher }: Scope,
  slot: Slot,
  parts: readonly CompositePart[],
  { system, code }: TokenTest,
  impliedSystem: string | undefined,
): Condition {
  const key = compositeKey(hasher, slot.id, [...parts, { ...(code === undefined ? {} : { code }) }]);
  const isAny = system === undefined || system === impliedSystem;
  const detail = isAny ? undefined : system === '' ? 0 : hasher.hash32(system);
  return { kind: 'keys', table: 'ix_token', entries: [{ key, detail }], rank: RANK.code };
}

function referenceLast(
  { hasher }: Scope,
  slot: Slot,
  parts: readonly CompositePart[],
  { targets }: ReferenceTest,
): Condition {
  const entries = targets.map((text): KeyEntry => {
    return { key: compositeKey(hasher, slot.id, [...parts, { code: text }]), detail: hasher.target(text) };
  });
  return entries.length === 0 ? NEVER : { kind: 'keys', table: 'ix_ref', entries, rank: RANK.identifier };
}

/** The first number stands in low and high, the second in the canonical columns (index/quantity-values.ts). */
function numberPair(
  scope: Scope,
  slot: Slot,
  parts: readonly CompositePart[],
  first: ValueTest,
  second: ValueTest,
): Condition {
  if (first.is !== 'number' || second.is !== 'number') return NEVER;
  const { sql } = scope;
  const key = sql.bind(compositeKey(scope.hasher, slot.id, parts), 'bigint');
  const range = ({ prefix, value }: NumberTest): ReturnType<typeof numberRange> =>
    numberRange(sql, prefix, value, (number) => number);
  const one = range(first);
  const other = range(second);
  const isKey = (alias: string): string => `${alias}.key = ${key}`;
  return {
    kind: 'rows',
    table: 'ix_quantity',
    where: (alias) =>
      `${isKey(alias)} and ${one.where({ low: `${alias}.low`, high: `${alias}.high` })} and ` +
      other.where({ low: `${alias}.canonical_low`, high: `${alias}.canonical_high` }),
    access: [isKey],
    natural: undefined,
    rank: RANK.quantity,
  };
}
