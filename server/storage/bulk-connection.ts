import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Queryable } from './db.ts';

/** One connection for loading and indexing millions of rows: no time limit, COPY, a session that can hold locks. */
export interface BulkConnection extends Queryable {
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Appends rows in PostgreSQL's text format. https://www.postgresql.org/docs/current/sql-copy.html */
  copy(table: string, columns: readonly string[], rows: string): Promise<void>;
  /** A further connection to the same database, to be closed by itself. */
  another(): Promise<BulkConnection>;
  close(): Promise<void>;
}

/**
 * A commit does not wait for the disk: after a crash of the database the last ones are missing as a whole, and a load
 * continues from what is there.
 */
const SESSION =
  `set statement_timeout = 0; set lock_timeout = 0; set synchronous_commit = off; set jit = off; ` +
  `set work_mem = '256MB'; set maintenance_work_mem = '512MB'`;

/** @throws Error when the database cannot be reached */
export async function openBulkConnection(connectionString: string): Promise<BulkConnection> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  // The statement at hand fails with it; without a listener the loss would end the process.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(SESSION);
  return {
    async query<R>({ text, values }: { readonly text: string; readonly values: readonly unknown[] }): Promise<R[]> {
      const { rows } = await client.query<pg.QueryResultRow>(text, [...values]);
      return rows as R[];
    },
    async transaction(work) {
      await client.query('begin');
      try {
        const result = await work();
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    },
    copy: (table, columns, rows) =>
      new Promise((resolve, reject) => {
        const stream = client.query(copyFrom(`copy ${table} (${columns.join(', ')}) from stdin`));
        stream.on('finish', resolve);
        stream.on('error', reject);
        stream.end(rows, 'utf8');
      }),
    another: () => openBulkConnection(connectionString),
    close: () => client.end(),
  };
}
