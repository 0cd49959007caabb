import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';
import { NOTE_PURGE } from './projection-source.ts';
import { PID_OF_IDENTITY } from './read.ts';

/** One resource by identity (resource.ref), or all of a type. */
export type ExpungeScope = { readonly ref: string } | { readonly type: number };

/** `deleted`: resources that are not live any more; `superseded`: versions that a live resource has left behind. */
export type ExpungeKind = 'deleted' | 'superseded';

export interface ExpungeTarget {
  readonly pid: number;
  readonly ref: string;
}

const LIVE = 'exists (select from resource r where r.pid = h.pid and r.tenant = $2)';

/** Resources with history that may go, at most `limit`. */
export async function expungeTargets(
  tx: Queryable,
  tenant: number,
  scope: ExpungeScope,
  kind: ExpungeKind,
  limit: number,
): Promise<ExpungeTarget[]> {
  const [which, value] =
    'ref' in scope ? [`h.pid = (${PID_OF_IDENTITY})`, scope.ref] : ['h.type = $1::smallint', scope.type];
  return tx.query({
    text:
      `select distinct h.pid, h.ref::text as ref from history h where ${which} and h.tenant = $2 ` +
      `and ${kind === 'deleted' ? `h.body is null and not ${LIVE}` : LIVE} limit $3`,
    values: [value, tenant, limit],
  });
}

/** Ids of live resources in the order of their creation, at most `limit`. */
export async function liveIds(tx: Queryable, tenant: number, type: number, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>({
    text: 'select id from resource where tenant = $1 and type = $2 order by pid limit $3',
    values: [tenant, type, limit],
  });
  return rows.map((row) => row.id);
}

/**
 * Removes the history of resources for good, unless they meanwhile became live (`deleted`) or stopped being so.
 * @returns how many versions went, deletions included
 */
export async function deleteHistory(
  tx: Queryable,
  tenant: number,
  kind: ExpungeKind,
  targets: readonly ExpungeTarget[],
): Promise<number> {
  const [row] = await tx.query<{ count: number }>({
    text:
      `with gone as (delete from history h where h.pid = any($1::bigint[]) and h.tenant = $2 ` +
      `and ${kind === 'deleted' ? 'not ' : ''}${LIVE} returning 1), noted as (${NOTE_PURGE}) select count(*) as count from gone`,
    values: [arrayLiteral(targets.map((target) => target.pid)), tenant],
  });
  return row?.count ?? 0;
}
