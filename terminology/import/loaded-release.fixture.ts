import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBulkConnection, type BulkConnection } from '../../server/storage/bulk-connection.ts';
import { openDb, type Db } from '../../server/storage/db.ts';
import { createTestDatabase } from '../../test/harness/test-database.ts';
import type { CodeSystemSource } from '../code-system.ts';
import { terminologyStore } from '../store/terminology-store.ts';
import { loadRelease, type LoadOptions, type LoadReport } from './load-release.ts';
import { writeZip, type Content } from './write-zip.fixture.ts';

/** A database for releases, and a folder for their files. */
export interface ReleaseDatabase {
  readonly db: Db;
  readonly connection: BulkConnection;
  readonly connectionString: string;
  readonly store: CodeSystemSource;
  readonly folder: string;
  /** Writes the files as a zip and loads it. */
  loadZip(
    name: string,
    contents: Readonly<Record<string, Content>>,
    options: Omit<LoadOptions, 'path'>,
  ): Promise<LoadReport>;
  close(): Promise<void>;
}

export async function openReleaseDatabase(): Promise<ReleaseDatabase> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const db = openDb({ connectionString, max: 4, statementTimeout: 30_000, poolTimeout: 5000 });
  const connection = await openBulkConnection(connectionString);
  const folder = mkdtempSync(join(tmpdir(), 'athanor-release-'));
  return {
    db,
    connection,
    connectionString,
    store: terminologyStore(db),
    folder,
    async loadZip(name, contents, options) {
      const path = join(folder, name);
      await writeZip(path, contents);
      return loadRelease({ ...options, path }, connection, () => undefined);
    },
    async close() {
      await connection.close();
      await db.close();
      await database.drop();
      rmSync(folder, { recursive: true });
    },
  };
}
