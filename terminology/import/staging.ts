import type { BulkConnection } from '../../server/storage/bulk-connection.ts';
import { stringifyJson } from '../../server/kernel/json.ts';
import { createTables, dropTables, releaseTables } from '../store/release-tables.ts';
import type { ReleaseContent } from '../store/release.ts';
import { TABLE_COLUMNS, type RowSink, type TablePart } from './table-writer.ts';

export interface StagedRelease {
  readonly url: string;
  readonly version: string;
  readonly format: string;
  readonly sha256: string;
}

/** One load of a url at a time, for as long as the connection lives. @returns whether this one may */
export async function lockUrl(connection: BulkConnection, url: string): Promise<boolean> {
  const [row] = await connection.query<{ locked: boolean }>({
    text: `select pg_try_advisory_lock(hashtextextended('terminology ' || $1, 0)) as locked`,
    values: [url],
  });
  return row?.locked === true;
}

/**
 * The number of the release that is being loaded: the one that a killed load of the same input left, or a new one. What
 * other input of the same version left behind is dropped.
 */
export async function stageRelease(
  connection: BulkConnection,
  { url, version, format, sha256 }: StagedRelease,
): Promise<{ readonly id: number; readonly isResumed: boolean }> {
  const left = await connection.query<{ id: number; format: string; sha256: string }>({
    text: `select id, format, sha256 from terminology.release where state = 'staging' and url = $1 and version = $2`,
    values: [url, version],
  });
  const same = left.find((row) => row.format === format && row.sha256 === sha256);
  for (const { id } of left) if (id !== same?.id) await dropRelease(connection, id);
  if (same !== undefined) return { id: same.id, isResumed: true };
  return connection.transaction(async () => {
    const [row] = await connection.query<{ id: number }>({
      text: `insert into terminology.release (url, version, state, format, sha256) values ($1, $2, 'staging', $3, $4) returning id`,
      values: [url, version, format, sha256],
    });
    const id = row?.id ?? 0;
    await connection.query({ text: createTables(releaseTables(id)), values: [] });
    return { id, isResumed: false };
  });
}

export async function dropRelease(connection: BulkConnection, id: number): Promise<void> {
  await connection.transaction(async () => {
    await connection.query({ text: dropTables(releaseTables(id)), values: [] });
    await connection.query({ text: 'delete from terminology.release where id = $1', values: [id] });
  });
}

/**
 * Chunks go to the tables; each is counted in the transaction that writes it, and left out when it was counted before.
 * The database is one chunk behind: it writes while the next one is read.
 */
export async function stagingSink(connection: BulkConnection, id: number): Promise<RowSink> {
  const tables = releaseTables(id);
  const rows = await connection.query<{ part: string; chunks: number }>({
    text: 'select part, chunks from terminology.load_progress where release = $1',
    values: [id],
  });
  const written = new Map(rows.map(({ part, chunks }) => [part, chunks]));
  let pending: Promise<void> = Promise.resolve();

  const copy = (part: TablePart, chunk: number, text: string): Promise<void> =>
    connection.transaction(async () => {
      await connection.copy(tables[part], TABLE_COLUMNS[part], text);
      await connection.query({
        text:
          `insert into terminology.load_progress (release, part, chunks) values ($1, $2, $3) ` +
          `on conflict (release, part) do update set chunks = excluded.chunks`,
        values: [id, part, chunk + 1],
      });
    });

  return {
    async write(part, chunk, text) {
      if (chunk < (written.get(part) ?? 0)) return;
      await pending;
      pending = copy(part, chunk, text);
      // Whoever writes or settles next hears of a failure.
      pending.catch(() => undefined);
    },
    settled: () => pending,
  };
}

/**
 * From this moment the release answers for its version and, when it becomes the current one, for its url. A release of
 * the same version that answered before is removed.
 */
export async function switchRelease(
  connection: BulkConnection,
  id: number,
  { url, version }: StagedRelease,
  content: ReleaseContent,
  makeCurrent: boolean,
): Promise<void> {
  const run = (text: string, values: readonly unknown[]): Promise<{ id: number }[]> =>
    connection.query({ text, values });
  await connection.transaction(async () => {
    await run(
      `update terminology.release set state = 'removed', changed = now() where url = $1 and version = $2 and state in ('active', 'retired')`,
      [url, version],
    );
    if (makeCurrent) {
      await run(
        `update terminology.release set state = 'retired', changed = now() where url = $1 and state = 'active'`,
        [url],
      );
    }
    const current = await run(`select id from terminology.release where url = $1 and state = 'active'`, [url]);
    await run(`update terminology.release set state = $2, content = $3, changed = now() where id = $1`, [
      id,
      current.length === 0 ? 'active' : 'retired',
      stringifyJson({ ...content, kinds: content.kinds.map((kind) => ({ ...kind })), uses: [...content.uses] }),
    ]);
    await run('delete from terminology.load_progress where release = $1', [id]);
  });
}
