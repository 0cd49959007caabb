import { randomUUID } from 'node:crypto';
import { migrate } from '../../../hl7-gateway/store/migrate.ts';
import { openStore, type Store } from '../../../hl7-gateway/store/open-store.ts';
import { searchMessages } from '../../../hl7-gateway/store/search-messages.ts';
import { createTestDatabase, type TestDatabase } from '../../harness/test-database.ts';

/** Of the cluster, which other tests use at the same time. */
const ROLE = `gateway_${randomUUID().slice(0, 8)}`;

let database: TestDatabase;
let admin: Store;
let own: Store;
let connectionString: string;

const run = (store: Store, text: string): Promise<unknown> => store.query({ text, values: [] });

beforeAll(async () => {
  database = await createTestDatabase();
  admin = openStore({ connectionString: database.connectionString, max: 1 });
  await run(admin, `create role ${ROLE} login password 'secret' nosuperuser nocreatedb nocreaterole noinherit`);
  await run(admin, `create schema hl7_gateway authorization ${ROLE}`);
  const url = new URL(database.connectionString);
  url.username = ROLE;
  url.password = 'secret';
  connectionString = url.toString();
  own = openStore({ connectionString, max: 2 });
});

afterAll(async () => {
  await own.close();
  await run(admin, `drop owned by ${ROLE}`);
  await run(admin, `drop role ${ROLE}`);
  await admin.close();
  await database.drop();
});

test('a role that owns the schema, and has no other rights, is all that the gateway needs', async () => {
  expect(await migrate(connectionString)).toContain('messages');
  expect(await migrate(connectionString)).toEqual([]);
  expect(await searchMessages(own, { direction: 'in', limit: 1 })).toEqual([]);
});

test.each([
  'select body from public.resource',
  'create schema another',
  'create table public.mine (id integer)',
  'set role postgres',
])('it may not %s', async (text) => {
  await expect(run(own, text)).rejects.toMatchObject({ code: '42501' });
});
