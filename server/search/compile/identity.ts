import type { DateTest } from '../tree.ts';
import { inSlots, NEVER, type Condition } from './condition.ts';
import type { Scope } from './scope.ts';
import { either, equals } from './sql.ts';

/** `_id`: any of them, of any of the types; of contained resources those within their containers. */
export function idCondition(scope: Scope, types: readonly string[], ids: readonly string[]): Condition {
  const { sql, hasher, linked } = scope;
  if (linked !== undefined) {
    const where = (alias: string): string => either(ids.map((id) => `${alias}.id = ${sql.bind(id, 'text')}`));
    return { kind: 'columns', access: 'none', where };
  }
  const refs = types.flatMap((type) => ids.map((id) => hasher.target(`${type}/${id}`)));
  return { kind: 'columns', access: 'few', where: (alias) => equals(sql, `${alias}.ref`, refs) };
}

/** `_list=42`: members of List/42. https://hl7.org/fhir/R4/search.html#list */
export function listCondition(scope: Scope, ids: readonly string[]): Condition {
  const { sql, hasher, registry, linked } = scope;
  const item = registry.param('List', 'item');
  // Lists cannot refer to what is contained in other resources.
  if (item === undefined || linked !== undefined) return NEVER;
  const lists = sql.list(
    ids.map((id) => hasher.target(`List/${id}`)),
    'bigint',
  );
  const members = sql.once(
    `select x.target from resource l join ix_ref x on x.pid = l.pid and ${inSlots(scope, 'x', item.slots)} ` +
      `where l.ref = any(${lists}) and l.tenant = ${scope.tenant}`,
  );
  return { kind: 'columns', access: 'few', where: (alias) => `${alias}.ref in (select m.target from ${members} m)` };
}

/**
 * `_lastUpdated`: an instant against [a, b), by the rules of dates (see date.ts).
 * https://hl7.org/fhir/R4/search.html#lastUpdated
 */
export function updatedCondition(scope: Scope, tests: readonly DateTest[]): Condition {
  const { sql, now } = scope;
  const isIndexed = tests.every(({ prefix }) => prefix !== 'ne');
  const bind = (value: number): string => sql.bind(value, 'bigint');
  const where = (alias: string): string =>
    either(tests.map(({ prefix, low, high }) => instantTest(`${alias}.updated`, prefix, low, high, now, bind)));
  return { kind: 'columns', access: isIndexed ? 'many' : 'none', where };
}

/** An instant is a range of one millisecond: [u, u + 1). */
function instantTest(
  column: string,
  prefix: DateTest['prefix'],
  low: number,
  high: number,
  now: number,
  bind: (value: number) => string,
): string {
  switch (prefix) {
    case 'eq':
      return `(${column} >= ${bind(low)} and ${column} < ${bind(high)})`;
    case 'ne':
      return `(${column} < ${bind(low)} or ${column} >= ${bind(high)})`;
    case 'gt':
    case 'sa':
      return `${column} >= ${bind(high)}`;
    case 'lt':
    case 'eb':
      return `${column} < ${bind(low)}`;
    case 'ge':
      return `${column} >= ${bind(low)}`;
    case 'le':
      return `${column} < ${bind(high)}`;
    case 'ap': {
      const gap = Math.ceil(Math.max(0, low - now, now - high) / 10);
      return `(${column} >= ${bind(low - gap)} and ${column} < ${bind(high + gap)})`;
    }
  }
}
