import { createApiKeys, type ApiKeys, type NewApiKey } from '../../server/auth/api-keys/api-keys.ts';
import { isKey, newKey } from '../../server/auth/api-keys/key-text.ts';
import { keyOperations } from '../../server/auth/api-keys/key-operations.ts';
import { unrestricted } from '../../server/access/access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

const DAY = 86_400_000;

let test1: TestEngine;
let keys: ApiKeys;
let now = Date.parse('2026-11-25T08:00:00Z');

beforeAll(async () => {
  test1 = await openTestEngine();
  keys = createApiKeys({ db: test1.engine.db, context: test1.engine, now: () => now });
});

afterAll(() => test1.close());

async function made(request: Partial<NewApiKey> = {}): Promise<string> {
  const { key } = await keys.create({
    tenant: 1,
    name: 'Analyser',
    roles: ['lab'],
    days: 30,
    createdBy: 'test',
    ...request,
  });
  return key;
}

async function use(key: string, address = '203.0.113.9', store = keys): Promise<unknown> {
  return store.principalOf(key, address);
}

test('a key stands for a client with its roles and scopes', async () => {
  const key = await made({ roles: ['lab', 'system'], scopes: ['system/Observation.rs'] });
  const principal = await keys.principalOf(key, '203.0.113.9');
  expect(principal).toMatchObject({
    tenant: 1,
    kind: 'client',
    client: expect.stringMatching(/^api-key:[0-9a-f-]{36}$/),
    roles: ['lab', 'system'],
    scopes: ['system/Observation.rs'],
  });
  expect(JSON.stringify(principal)).not.toContain(key);
});

test('the key is nowhere in the database', async () => {
  const key = await made();
  const rows = await test1.engine.db.query({ text: 'select to_jsonb(k)::text as row from api_key k', values: [] });
  expect(JSON.stringify(rows)).not.toContain(key.slice(10));
});

test.each([
  ['another one', () => newKey()],
  ['one with a wrong character', (key: string) => `${key.slice(0, 20)}${key[20] === 'A' ? 'B' : 'A'}${key.slice(21)}`],
  ['a part of one', (key: string) => key.slice(0, -1)],
  ['one with more', (key: string) => `${key}A`],
  ['nothing', () => ''],
  ['SQL', () => `athk_' or 1=1 --`],
])('%s is refused', async (_name, spoil) => {
  await expect(use(spoil(await made()))).rejects.toMatchObject({
    status: 401,
    code: 'auth.badKey',
    headers: { 'WWW-Authenticate': expect.stringContaining('error="invalid_token"') },
  });
});

test('a text that cannot be a key is known without asking', () => {
  const key = newKey();
  expect([
    isKey(key),
    isKey(`${key} `),
    isKey(key.replace('athk_', 'athk-')),
    isKey(`${key.slice(0, -6)}AAAAAA`),
  ]).toEqual([true, false, false, false]);
});

test('a key ends when its days are over', async () => {
  const key = await made({ days: 1 });
  await use(key);
  now += DAY - 1;
  await use(key);
  now += 1;
  await expect(use(key)).rejects.toMatchObject({ status: 401 });
});

test('a key is good from its networks only', async () => {
  const key = await made({ networks: '10.0.0.0/8,2001:db8::/32' });
  await use(key, '10.1.2.3');
  await use(key, '2001:db8::7');
  await expect(use(key, '203.0.113.9')).rejects.toMatchObject({ status: 401 });
});

test('a revoked key ends at once here, within five seconds elsewhere', async () => {
  const elsewhere = createApiKeys({ db: test1.engine.db, context: test1.engine, now: () => now });
  const { key, stored } = await keys.create({ tenant: 1, name: 'x', roles: ['lab'], days: 1, createdBy: 'test' });
  await use(key);
  await elsewhere.principalOf(key, '203.0.113.9');
  await expect(keys.revoke(2, stored.id)).rejects.toMatchObject({ status: 404 });
  await use(key);
  await keys.revoke(1, stored.id);
  await expect(use(key)).rejects.toMatchObject({ status: 401 });
  now += 5000;
  await expect(use(key, '203.0.113.9', elsewhere)).rejects.toMatchObject({ status: 401 });
});

test('the last use is kept, the list shows a tenant its own keys', async () => {
  const key = await made({ name: 'Counted' });
  await use(key);
  const find = async (tenant: number): Promise<unknown> =>
    (await keys.list(tenant)).find(({ name }) => name === 'Counted');
  expect(await find(1)).toMatchObject({ start: key.slice(0, 9), used: now, createdBy: 'test', roles: ['lab'] });
  expect(await find(2)).toBeUndefined();
});

test.each([
  [{ roles: [] }, /At least one role/],
  [{ roles: ['king'] }, /no role "king"; there are administrator/],
  [{ scopes: [] }, /leave it out/],
  [{ scopes: ['patient/Observation.rs'] }, /no scope of systems/],
  [{ scopes: ['system/Observatio.rs'] }, /no scope of systems/],
  [{ days: 0 }, /1 to 365/],
  [{ days: 366 }, /1 to 365/],
  [{ days: 1.5 }, /1 to 365/],
  [{ days: NaN }, /1 to 365/],
  [{ name: '' }, /1 to 100 characters/],
  [{ name: 'a\nb' }, /1 to 100 characters/],
  [{ networks: '10.0.0.0/40' }, /neither an IP address nor a range/],
])('%j is not made', async (request, message) => {
  await expect(made(request)).rejects.toThrow(message);
});

test('administrators make, list and revoke keys by operations', async () => {
  const run = async (code: string, ...parameter: object[]): Promise<string> => {
    const operation = keyOperations(keys).find((each) => each.code === code);
    const body = { resourceType: 'Parameters', parameter };
    const request = {
      method: 'POST',
      path: [`$${code}`],
      query: '',
      headers: { prefer: {}, accept: [] },
      body,
    } as never;
    const ctx = { ...test1.ctx(), access: unrestricted(1) };
    return (await operation?.run(test1.engine, ctx, { request, type: undefined, id: undefined }))?.text ?? '';
  };
  const answer = JSON.parse(
    await run('create-api-key', { name: 'name', valueString: 'Op' }, { name: 'role', valueString: 'system' }),
  );
  const key = answer.parameter[0].valueString as string;
  await use(key);
  const list = await run('api-keys');
  expect(list).toContain('"Op"');
  expect(list).not.toContain(key);
  const id = answer.parameter[1].part[0].valueString as string;
  await run('revoke-api-key', { name: 'id', valueString: id });
  await expect(use(key)).rejects.toMatchObject({ status: 401 });
});
