import { chmodSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../server/boot/embedded-postgres.ts';
import { createDatabase } from '../../server/storage/create-database.ts';
import { migrate } from '../../server/storage/migrate.ts';
import { TEMPLATE, type TestServer } from './test-server.ts';

/** One PostgreSQL server for the run, with a migrated template database; its files go when the run ends. */
export default async function setUp(): Promise<void> {
  // Not below os.tmpdir() of a user: the database may run as another user than this process.
  const dataDir = mkdtempSync(join('/tmp', 'athanor-test-'));
  chmodSync(dataDir, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
      max_connections: '200',
    },
  });
  const admin = server.database('postgres');
  await createDatabase(admin, TEMPLATE);
  await migrate(server.database(TEMPLATE));
  process.env.ATHANOR_TEST_SERVER = JSON.stringify({ admin, pattern: server.database('%s') } satisfies TestServer);
  Object.assign(globalThis, { athanorTestServer: { server, dataDir } });
}
