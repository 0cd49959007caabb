import type { Queryable, Tx } from './db.ts';

/** SQL of what removes versions from history, in the same statement. */
export const NOTE_PURGE = `update setting set value = (value::bigint + 1)::text where name = 'history_purges'`;

/** A live or superseded version of a resource. */
export interface SourceRow {
  readonly pid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly body: string;
}

/** Makes a transaction look at one moment of the database; its first statement. */
export async function freezeView(tx: Tx): Promise<void> {
  await tx.query({ text: 'set transaction isolation level repeatable read', values: [] });
}

/** What the transaction sees: which others are committed for it. Text of a `pg_snapshot`. */
export async function currentSnapshot(tx: Queryable): Promise<string> {
  const [row] = await tx.query<{ snapshot: string }>({
    text: 'select pg_current_snapshot()::text as snapshot',
    values: [],
  });
  if (row === undefined) throw new Error('no snapshot');
  return row.snapshot;
}

/** How often versions were removed from history so far. */
export async function historyPurges(tx: Queryable): Promise<string> {
  const [row] = await tx.query<{ value: string }>({
    text: `select value from setting where name = 'history_purges'`,
    values: [],
  });
  return row?.value ?? '';
}

/** The next live resources of a type, those first that were changed least recently. */
export async function liveBatch(
  tx: Queryable,
  tenant: number,
  type: number,
  after: Pick<SourceRow, 'updated' | 'pid'>,
  limit: number,
): Promise<SourceRow[]> {
  return tx.query({
    text:
      `select pid, type, id, version, updated, body from resource where tenant = $1 and type = $2 ` +
      `and (updated, pid) > ($3::bigint, $4::bigint) order by updated, pid limit $5`,
    values: [tenant, type, after.updated, after.pid, limit],
  });
}

const BASE = `coalesce((select value::bigint from setting where name = 'feed_tx_base'), 0)`;
const SEEN_UNTIL = `pg_snapshot_xmin($3::pg_snapshot)::text::bigint + (select b from base)`;
const SEEN = `case when v.tx < ${SEEN_UNTIL} then true else pg_visible_in_snapshot((v.tx - (select b from base))::text::xid8, $3::pg_snapshot) end`;
const COLUMNS = 'pid, type, id, version, updated, body, tx';

function touched(table: 'resource' | 'history'): string {
  return (
    `select v.pid from ${table} v where v.tx > 0 and v.pid > 0 and v.pid > $4 and v.tx >= ${SEEN_UNTIL} ` +
    `and v.tenant = $1 and v.type = any($2::smallint[]) and not (${SEEN})`
  );
}

/**
 * Of resources that were created, changed or deleted by transactions that a snapshot does not see: the versions that were
 * live for it (`before`), or those that are live now (`after`). By pid, behind one, at most `limit` resources.
 * @returns `last`: the last pid that was looked at; undefined at the end
 */
export async function changedSince(
  tx: Queryable,
  {
    tenant,
    types,
    snapshot,
  }: { readonly tenant: number; readonly types: readonly number[]; readonly snapshot: string },
  image: 'before' | 'after',
  afterPid: number,
  limit: number,
): Promise<{ readonly rows: readonly SourceRow[]; readonly last: number | undefined }> {
  const live = `select ${COLUMNS.replaceAll(/\w+/g, 'v.$&')} from touched t join resource v on v.pid = t.pid and v.tenant = $1`;
  const both = `select ${COLUMNS} from resource where pid = t.pid and tenant = $1 union all select ${COLUMNS} from history where pid = t.pid and tenant = $1`;
  const then = `select l.* from touched t cross join lateral (select v.* from (${both}) v where ${SEEN} order by v.version desc limit 1) l where l.body is not null`;
  const rows = await tx.query<SourceRow & { last: number }>({
    text:
      `with base as (select ${BASE} as b), touched as materialized (select pid from (${touched('resource')} union ${touched('history')}) u order by pid limit $5) ` +
      `select i.pid, i.type, i.id, i.version, i.updated, i.body, (select max(pid) from touched) as last ` +
      `from (select 1) one left join (${image === 'after' ? live : then}) i on true order by i.pid`,
    values: [tenant, `{${types.join(',')}}`, snapshot, afterPid, limit],
  });
  return { rows: rows.filter(({ body }) => (body as string | null) !== null), last: rows[0]?.last ?? undefined };
}
