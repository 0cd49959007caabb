import { chmodSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../server/boot/embedded-postgres.ts';
import { createDatabase } from '../../server/storage/create-database.ts';
import { migrate } from '../../server/storage/migrate.ts';
import { dropDatabase } from './drop-database.ts';
import { TEMPLATE, type TestServer } from './test-server.ts';

/**
 * One PostgreSQL server for the run, with a migrated template database; its files go when the run ends. With
 * TEST_DATABASE_URL (a superuser's, any database) the run uses that server instead.
 */
export default async function setUp(): Promise<void> {
  const external = process.env.TEST_DATABASE_URL;
  const server = external === undefined ? await startEmbedded() : externalServer(external);
  await dropDatabase(server.admin, TEMPLATE);
  await createDatabase(server.admin, TEMPLATE);
  await migrate(server.pattern.replace('%s', TEMPLATE));
  process.env.ATHANOR_TEST_SERVER = JSON.stringify(server);
}

async function startEmbedded(): Promise<TestServer> {
  const dataDir = mkdtempSync(join('/tmp', 'athanor-test-'));
  // The database runs as another user where this process is root.
  chmodSync(dataDir, 0o755);
  const settings = { fsync: 'off', full_page_writes: 'off', autovacuum: 'off', max_connections: '200' };
  const server = await startEmbeddedPostgres({ dataDir, settings });
  Object.assign(globalThis, { athanorTestServer: { server, dataDir } });
  return { admin: server.database('postgres'), pattern: server.database('%s') };
}

function externalServer(url: string): TestServer {
  const pattern = new URL(url);
  pattern.pathname = '/DATABASE';
  return { admin: url, pattern: pattern.href.replace('/DATABASE', '/%s') };
}
