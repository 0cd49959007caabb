import type { Include } from '../tree.ts';
import type { RowCondition } from './allowed.ts';
import { keyOfTarget } from './condition.ts';
import { createScope, type CompileContext, type Scope } from './scope.ts';
import { named, type SearchStatement } from './statement.ts';

/** A way from one resource to another. */
interface Link {
  readonly slot: number;
  /** Number of the type that is wanted at the other end; 0: any. */
  readonly type: number;
}

/**
 * One round of `_include` and `_revinclude` from a set of resources; the caller repeats it with the new ones for
 * `:iterate`. Rows: pid, type (number), id, version, updated, body; each resource once, at most `limit`, none of `known`.
 * https://hl7.org/fhir/R4/search.html#include
 * @param from pids of the resources that the round starts from
 * @param known pids of all resources that the answer holds already
 * @param allowed only resources for which this holds
 * @returns undefined when none of the includes leads anywhere
 */
export function compileIncludes(
  includes: readonly Include[],
  context: CompileContext,
  from: readonly number[],
  known: readonly number[],
  limit: number,
  allowed: RowCondition | undefined,
): SearchStatement | undefined {
  const scope = createScope(context, 'joined');
  const { sql } = scope;
  const pids = sql.list(from, 'bigint');
  const forward = links(context, includes, 'include');
  const reverse = links(context, includes, 'revinclude');
  const selects: string[] = [];
  if (forward.length > 0) selects.push(forwardSelect(scope, pids, forward));
  if (reverse.length > 0) selects.push(reverseSelect(scope, pids, reverse));
  if (selects.length === 0) return undefined;
  const only = allowed === undefined ? '' : ` and ${allowed('r', sql.values)}`;
  const text =
    `select r.pid, r.type, r.id, r.version, r.updated, r.body from (select distinct u.pid from (${selects.join(' union all ')}) u) i ` +
    `join resource r on r.pid = i.pid and r.tenant = ${scope.tenant} ` +
    `where r.pid <> all(${sql.list(known, 'bigint')})${only} order by r.pid limit ${limit}`;
  return named(text, sql.values);
}

/** Slots are of one type each, so that links of several includes can be followed together. */
function links(
  { definitions }: CompileContext,
  includes: readonly Include[],
  direction: Include['direction'],
): readonly Link[] {
  const found = new Map<string, Link>();
  for (const include of includes) {
    if (include.direction !== direction) continue;
    for (const { slot, targetTypes } of include.params.flatMap((param) => param.slots)) {
      const { target } = include;
      if (target !== undefined && targetTypes?.includes(target) === false) continue;
      const types = target === undefined ? (targetTypes ?? []) : [target];
      for (const type of types.length === 0 ? [0] : types.map((name) => definitions.typeId(name))) {
        found.set(`${slot.id} ${type}`, { slot: slot.id, type });
      }
    }
  }
  return [...found.values()];
}

function linkItem({ sql }: Scope, found: readonly Link[]): string {
  const slots = sql.list(
    found.map(({ slot }) => slot),
    'bigint',
  );
  const types = sql.list(
    found.map(({ type }) => type),
    'smallint',
  );
  return `unnest(${slots}, ${types}) l(slot, type)`;
}

function forwardSelect(scope: Scope, pids: string, found: readonly Link[]): string {
  return (
    `select t.pid from unnest(${pids}) s(pid) join ix_ref x on x.pid = s.pid join ${linkItem(scope, found)} on l.slot = x.key >> 48 ` +
    `join resource t on t.ref = x.target and t.tenant = ${scope.tenant} and (l.type = 0 or l.type = t.type)`
  );
}

function reverseSelect(scope: Scope, pids: string, found: readonly Link[]): string {
  return (
    `select x.pid from unnest(${pids}) s(pid) join resource t on t.pid = s.pid and t.tenant = ${scope.tenant} ` +
    `join ${linkItem(scope, found)} on (l.type = 0 or l.type = t.type) ` +
    `join ix_ref x on x.key = ${keyOfTarget('l.slot', 't.ref')} and x.target = t.ref`
  );
}
