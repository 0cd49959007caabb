import { createDatabase } from '../../server/storage/create-database.ts';
import { openDatabases, openDb, type Databases } from '../../server/storage/db.ts';
import { migrate } from '../../server/storage/migrate.ts';
import { createTenant } from '../../server/storage/tenants.ts';
import { dropDatabase } from '../harness/drop-database.ts';
import { testServer } from '../harness/test-server.ts';

/** On a database server of others, where ours is no superuser and may make no roles, the fence stands all the same. */
const OWNER = `owner_${process.pid}`;
const { admin, pattern } = testServer();
const connectionString = pattern.replace('%s', OWNER).replace(/\/\/[^@]*@/, `//${OWNER}:${OWNER}@`);
let databases: Databases;

async function asAdmin(text: string): Promise<void> {
  const db = openDb({ connectionString: admin, max: 1, statementTimeout: 30_000, poolTimeout: 5000 });
  await db.query({ text, values: [] });
  await db.close();
}

beforeAll(async () => {
  await asAdmin(`create role ${OWNER} login password '${OWNER}'`);
  await createDatabase(admin, OWNER, 'template0');
  await asAdmin(`alter database ${OWNER} owner to ${OWNER}`);
  await migrate(connectionString);
  databases = await openDatabases({ connectionString, max: 4, statementTimeout: 30_000, poolTimeout: 5000 });
});
afterAll(async () => {
  await databases.close();
  await dropDatabase(admin, OWNER);
  await asAdmin(`drop role ${OWNER}`);
});

async function write(tenant: number): Promise<void> {
  const text = `insert into uri_seen (slot, tenant, value) values (1, ${tenant}, 'tenant ${tenant}')`;
  await databases.of(tenant).query({ text, values: [] });
}

const values = async (tenant: number): Promise<readonly string[]> => {
  const text = 'select value from uri_seen order by value';
  const rows = await databases.of(tenant).query<{ value: string }>({ text, values: [] });
  return rows.map(({ value }) => value);
};

test('tenants are kept apart, and work for the whole installation sees them all', async () => {
  await write(1);
  await createTenant(connectionString, { name: 'second', title: 'Second', organization: null, consent: 'opt-out' });
  await write(2);
  expect(await values(1)).toEqual(['tenant 1']);
  expect(await values(2)).toEqual(['tenant 2']);
  expect(await values(0)).toEqual(['tenant 1', 'tenant 2']);
  const stray = `insert into uri_seen (slot, tenant, value) values (2, 1, 'x')`;
  await expect(databases.of(2).query({ text: stray, values: [] })).rejects.toThrow('row-level security');
});

test('a connection that names no tenant sees nothing', async () => {
  const rows = await databases.of(1).transaction(async (tx) => {
    await tx.query({ text: `set local athanor.tenant = ''`, values: [] });
    return tx.query({ text: 'select from uri_seen', values: [] });
  });
  expect(rows).toEqual([]);
});

test('a later start changes nothing', async () => {
  expect(await migrate(connectionString)).toEqual([]);
  expect(await values(2)).toEqual(['tenant 2']);
});
