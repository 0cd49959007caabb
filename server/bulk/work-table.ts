import type { Queryable } from '../storage/db.ts';

export type FileKind = 'output' | 'deleted' | 'error';

/** A file that is being written, or was. */
export interface BulkFile {
  /** Such as `Patient-1.ndjson`; no other file of the work has it. */
  readonly name: string;
  readonly kind: FileKind;
  /** Type of the resources in it. */
  readonly type: string;
  /** Resources. */
  readonly count: number;
  /** Bytes as they are kept: compressed. */
  readonly size: number;
  /** Bytes before they were compressed, and their checksum. */
  readonly raw: number;
  readonly crc: number;
  /** `open`: more may come; `closed`: complete; `stored`: where it is served from. */
  readonly state: 'open' | 'closed' | 'stored';
}

/** How far a work has come; the files are in a table of their own. */
export interface WorkRow {
  readonly owner: string;
  readonly run: string;
  /** JSON text. */
  readonly state: string;
}

export async function readWork(db: Queryable, tenant: number, id: string): Promise<WorkRow | undefined> {
  const [row] = await db.query<WorkRow>({
    name: 'bulk_work_read',
    text: 'select owner, run::text as run, state from bulk_work where tenant = $1 and id = $2',
    values: [tenant, id],
  });
  return row;
}

/**
 * The work belongs to this run from now on: what an earlier one still tries to keep is refused.
 * @returns that earlier run and how far it has come; an empty state: nowhere
 */
export async function takeWork(
  db: Queryable,
  tenant: number,
  id: string,
  owner: string,
  run: string,
): Promise<Omit<WorkRow, 'owner'>> {
  const [row] = await db.query<Omit<WorkRow, 'owner'>>({
    name: 'bulk_work_take',
    text:
      `with before as (select run, state from bulk_work where tenant = $1 and id = $2 for update), ` +
      `taken as (insert into bulk_work (tenant, id, owner, run, state) values ($1, $2, $3, $4, '') ` +
      `on conflict (tenant, id) do update set run = excluded.run returning state) ` +
      `select coalesce(before.run::text, '') as run, taken.state from taken left join before on true`,
    values: [tenant, id, owner, run],
  });
  if (row === undefined) throw new Error('the work could not be taken');
  return row;
}

/** @throws Error when another run has taken the work, or it was cancelled */
export async function keepState(tx: Queryable, tenant: number, id: string, run: string, state: string): Promise<void> {
  const rows = await tx.query({
    name: 'bulk_work_keep',
    text: 'update bulk_work set state = $4 where tenant = $1 and id = $2 and run = $3 returning id',
    values: [tenant, id, run, state],
  });
  if (rows.length === 0) throw new Error('the work is not this run’s any more');
}

export async function dropWork(tx: Queryable, tenant: number, id: string): Promise<void> {
  for (const [table, column] of [
    ['bulk_ref', 'work'],
    ['bulk_file', 'work'],
    ['bulk_work', 'id'],
  ] as const) {
    await tx.query({
      name: `bulk_drop_${table}`,
      text: `delete from ${table} where tenant = $1 and ${column} = $2`,
      values: [tenant, id],
    });
  }
}

/** What an attempt that cannot be continued has left: the work begins anew. */
export async function clearWork(tx: Queryable, tenant: number, id: string): Promise<void> {
  await tx.query({ text: 'delete from bulk_ref where tenant = $1 and work = $2', values: [tenant, id] });
  await tx.query({ text: 'delete from bulk_file where tenant = $1 and work = $2', values: [tenant, id] });
}

const FILE = 'name, kind, type, count, size, raw, crc, state';

/** In the order of their names. */
export async function readFiles(db: Queryable, tenant: number, work: string): Promise<BulkFile[]> {
  return db.query<BulkFile>({
    name: 'bulk_files',
    text: `select ${FILE} from bulk_file where tenant = $1 and work = $2 order by name`,
    values: [tenant, work],
  });
}

export async function readFile(
  db: Queryable,
  tenant: number,
  work: string,
  name: string,
): Promise<BulkFile | undefined> {
  const [row] = await db.query<BulkFile>({
    name: 'bulk_file',
    text: `select ${FILE} from bulk_file where tenant = $1 and work = $2 and name = $3`,
    values: [tenant, work, name],
  });
  return row;
}

export async function keepFile(tx: Queryable, tenant: number, work: string, file: BulkFile): Promise<void> {
  const { name, kind, type, count, size, raw, crc, state } = file;
  await tx.query({
    name: 'bulk_file_keep',
    text:
      `insert into bulk_file (tenant, work, ${FILE}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ` +
      `on conflict (tenant, work, name) do update set count = excluded.count, size = excluded.size, raw = excluded.raw, ` +
      `crc = excluded.crc, state = excluded.state`,
    values: [tenant, work, name, kind, type, count, size, raw, crc, state],
  });
}
