import type { IndexRows } from '../search/index/row-types.ts';
import { indexedParts } from './contained.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';
import { METHOD } from './insert.ts';

/** A live resource that goes. Its row must be locked by the same transaction (see lock.ts). */
export interface Removal {
  readonly pid: number;
  readonly sortAt: number;
  readonly rows: IndexRows;
  /** Milliseconds, later than the live version's. */
  readonly updated: number;
}

/**
 * Moves live resources to history, each followed by a tombstone one version later, and drops their index rows and what
 * they contain: two statements for any number of resources.
 */
export async function removeResources(tx: Queryable, tenant: number, removals: readonly Removal[]): Promise<void> {
  const parts = removals.flatMap(indexedParts);
  const pids = arrayLiteral(parts.map((part) => part.pid));
  const tokens = parts.flatMap(({ pid, sortAt, rows }) => rows.tokens.map((token) => ({ ...token, pid, sortAt })));
  await tx.query({
    name: 'remove_resource',
    text:
      `with old as (delete from resource where pid = any($2::bigint[]) and tenant = $1 returning *), ` +
      `kept as (insert into history (pid, ref, updated, version, tenant, type, method, id, tx, body) ` +
      `select pid, ref, updated, version, tenant, type, method, id, tx, body from old where pid > 0), ` +
      `tomb as (insert into history (pid, ref, updated, version, tenant, type, method, id, body) ` +
      `select o.pid, o.ref, u.updated, o.version + 1, o.tenant, o.type, ${METHOD.DELETE}, o.id, null ` +
      `from old o join unnest($3::bigint[], $4::bigint[]) u(pid, updated) on u.pid = o.pid) select 1`,
    values: [tenant, pids, ...[removals.map((r) => r.pid), removals.map((r) => r.updated)].map(arrayLiteral)],
  });
  await removeIndexRows(tx, pids, tokens);
}

async function removeIndexRows(
  tx: Queryable,
  pids: string,
  tokens: readonly { readonly key: string; readonly sortAt: number; readonly pid: number }[],
): Promise<void> {
  const byPid = ['ix_ref', 'ix_date', 'ix_quantity', 'ix_string', 'ix_position']
    .map((table) => `d_${table} as (delete from ${table} where pid = any($1::bigint[]))`)
    .join(', ');
  await tx.query({
    name: 'remove_index_rows',
    text:
      `with ${byPid}, d_token as (delete from ix_token t using unnest($2::bigint[], $3::bigint[], $4::bigint[]) u(key, sort_at, pid) ` +
      `where t.key = u.key and t.sort_at = u.sort_at and t.pid = u.pid) select 1`,
    values: [
      pids,
      arrayLiteral(tokens.map((t) => t.key)),
      arrayLiteral(tokens.map((t) => t.sortAt)),
      arrayLiteral(tokens.map((t) => t.pid)),
    ],
  });
}
