import type { IndexRows, UriRow } from '../search/index/row-types.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral, createIndexColumns, insertSql, joinTexts, uriColumns, type RowSet } from './index-columns.ts';
import { presentText } from './insert.ts';

/** A pass over a tenant's resources of a type that builds some of its slots; a row of search_parameter_job. */
export interface ReindexJob {
  readonly type: string;
  readonly tenant: number;
  readonly slots: readonly number[];
  /** Milliseconds: by then every process indexes new resources with the slots. */
  readonly notBefore: number;
  readonly total: number;
  readonly done: number;
}

const JOB = 'type, tenant, slots, not_before as "notBefore", total, done';

export async function readJobs(db: Queryable): Promise<ReindexJob[]> {
  return db.query({
    name: 'read_search_parameter_jobs',
    text: `select ${JOB} from search_parameter_job order by type, tenant`,
    values: [],
  });
}

/** Starts passes from the beginning, one per tenant with such resources; they replace those that run without the new slots. */
export async function startJobs(
  tx: Queryable,
  job: {
    readonly type: string;
    readonly typeId: number;
    readonly slots: readonly number[];
    readonly notBefore: number;
  },
): Promise<void> {
  await tx.query({
    text:
      `insert into search_parameter_job (type, tenant, slots, not_before, leased_until, total, done, last_updated, last_pid) ` +
      `select $1, tenant, $3, $4, 0, count(*), 0, 0, 0 from resource where type in ($2, -$2::smallint) group by tenant ` +
      `on conflict (type, tenant) do update set slots = excluded.slots, not_before = excluded.not_before, ` +
      `total = excluded.total, done = 0, last_updated = 0, last_pid = 0`,
    values: [job.type, job.typeId, arrayLiteral(job.slots), job.notBefore],
  });
}

/** Ends a pass; returns whether other tenants of the type still have one. */
export async function endJob(tx: Queryable, { type, tenant }: ReindexJob): Promise<boolean> {
  const [row] = await tx.query<{ others: boolean }>({
    text:
      `with gone as (delete from search_parameter_job where type = $1 and tenant = $2) ` +
      `select exists (select from search_parameter_job where type = $1 and tenant <> $2) as others`,
    values: [type, tenant],
  });
  return row?.others === true;
}

/** Drops the passes of types that have nothing left to build. */
export async function cancelJobs(tx: Queryable, types: readonly string[]): Promise<void> {
  await tx.query({
    text: `delete from search_parameter_job where type = any(string_to_array($1, chr(30)))`,
    values: [joinTexts(types)],
  });
}

/**
 * Takes a job that is due and that nobody works on; whoever dies loses it when the lease ends.
 * @param now and leaseUntil in milliseconds
 */
export async function leaseJob(db: Queryable, now: number, leaseUntil: number): Promise<ReindexJob | undefined> {
  const [job] = await db.query<ReindexJob>({
    text:
      `update search_parameter_job j set leased_until = $2 from (select type, tenant from search_parameter_job ` +
      `where leased_until < $1 and not_before <= $1 order by type, tenant limit 1 for update skip locked) due ` +
      `where j.type = due.type and j.tenant = due.tenant ` +
      `returning j.type, j.tenant, j.slots, j.not_before as "notBefore", j.total, j.done`,
    values: [now, leaseUntil],
  });
  return job;
}

/** Writing transactions that began before `time` (ms) and may still write without the new slots. */
export async function olderWriters(db: Queryable, time: number): Promise<number> {
  const [row] = await db.query<{ count: number }>({
    text:
      `select count(*) as count from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() ` +
      `and state <> 'idle' and xact_start < to_timestamp($1 / 1000.0)`,
    values: [time],
  });
  return row?.count ?? 0;
}

export interface ReindexRow {
  readonly pid: number;
  /** Negative: it is contained in another resource. */
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  /** lastUpdated when the batch was chosen, before its rows were locked. */
  readonly chosenAt: number;
  readonly sortAt: number;
  /** Hex of resource.present. */
  readonly present: string;
  readonly body: string;
}

/**
 * Locks the next resources of a job, least recently changed first; empty at the end; undefined when the job was taken
 * away or started again with other slots. Must run in a transaction.
 */
export async function nextBatch(
  tx: Queryable,
  job: ReindexJob,
  typeId: number,
  leaseUntil: number,
  limit: number,
): Promise<readonly ReindexRow[] | undefined> {
  const [held] = await tx.query<{ updated: number; pid: number; slots: number[] }>({
    text:
      `update search_parameter_job set leased_until = $3 where type = $1 and tenant = $2 ` +
      `returning last_updated as updated, last_pid as pid, slots`,
    values: [job.type, job.tenant, leaseUntil],
  });
  if (held === undefined || String(held.slots) !== String(job.slots)) return undefined;
  const walk = (type: string): string =>
    `(select updated, pid from resource where tenant = $1 and type = ${type} ` +
    `and (updated, pid) > ($3::bigint, $4::bigint) order by updated, pid limit $5)`;
  return tx.query<ReindexRow>({
    text:
      `select r.pid, r.type, r.id, r.version, r.updated, u.updated as "chosenAt", r.sort_at as "sortAt", ` +
      `encode(r.present, 'hex') as present, r.body from (${walk('$2::smallint')} union all ${walk('-$2::smallint')} ` +
      `order by updated, pid limit $5) u join resource r on r.pid = u.pid and r.tenant = $1 order by u.updated, u.pid for update of r`,
    values: [job.tenant, typeId, held.updated, held.pid, limit],
  });
}

/** Index rows of one resource, only those of the slots that are built. */
export interface Rebuilt {
  readonly row: ReindexRow;
  readonly rows: RowSet & Pick<IndexRows, 'uris' | 'present'>;
}

/** Writes the rows of a batch and moves the job's cursor. What is there already is replaced, so a batch can be repeated. */
export async function writeBatch(tx: Queryable, job: ReindexJob, batch: readonly Rebuilt[]): Promise<void> {
  const columns = createIndexColumns();
  for (const { row, rows } of batch) columns.add(row.pid, row.sortAt, rows);
  const uris = distinctUris(batch.flatMap(({ rows }) => rows.uris));
  for (const { table, values } of [...columns.tables(), ...(uris.length === 0 ? [] : [uriColumns(uris)])]) {
    if (table !== 'uri_seen') {
      // key, sort_at and pid are the first columns of every table.
      await tx.query({
        text:
          `delete from ${table} t using unnest($1::bigint[], $2::bigint[], $3::bigint[]) u(key, sort_at, pid) ` +
          `where t.key = u.key and t.pid = u.pid${table === 'ix_token' ? ' and t.sort_at = u.sort_at' : ''}`,
        values: values.slice(0, 3),
      });
    }
    await tx.query({ text: insertSql(table, 2, ''), values: [job.tenant, ...values] });
  }
  await writePresent(tx, job.tenant, batch);
  const last = batch.at(-1)?.row;
  if (last === undefined) return;
  await tx.query({
    text:
      `update search_parameter_job set done = done + $3, last_updated = $4, last_pid = $5 ` +
      `where type = $1 and tenant = $2`,
    values: [job.type, job.tenant, batch.length, last.chosenAt, last.pid],
  });
}

async function writePresent(tx: Queryable, tenant: number, batch: readonly Rebuilt[]): Promise<void> {
  const changed = batch.filter(({ row, rows }) => presentText(rows.present) !== `\\x${row.present}`);
  if (changed.length === 0) return;
  await tx.query({
    text:
      `update resource r set present = u.present::bytea from unnest($2::bigint[], string_to_array($3, chr(30))) ` +
      `u(pid, present) where r.pid = u.pid and r.tenant = $1`,
    values: [
      tenant,
      arrayLiteral(changed.map(({ row }) => row.pid)),
      joinTexts(changed.map(({ rows }) => presentText(rows.present))),
    ],
  });
}

function distinctUris(uris: readonly UriRow[]): UriRow[] {
  return [...new Map(uris.map((uri) => [`${uri.slot} ${uri.value}`, uri])).values()];
}

const TABLES = ['ix_token', 'ix_ref', 'ix_date', 'ix_quantity', 'ix_string', 'ix_position'] as const;

/** Deletes up to `limit` rows per table of a range of keys (see Hasher.slotRange); returns how many went. */
export async function purgeKeys(db: Queryable, from: string, to: string, limit: number): Promise<number> {
  let count = 0;
  for (const table of TABLES) {
    const [row] = await db.query<{ count: number }>({
      text:
        `with gone as (delete from ${table} where ctid = any(array(select ctid from ${table} ` +
        `where key between $1::bigint and $2::bigint limit $3)) returning 1) select count(*) as count from gone`,
      values: [from, to, limit],
    });
    count += row?.count ?? 0;
  }
  return count;
}

export async function purgeUris(db: Queryable, slot: number): Promise<void> {
  await db.query({ text: 'delete from uri_seen where slot = $1', values: [slot] });
}
