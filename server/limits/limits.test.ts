import type { Principal } from '../access/principal.ts';
import { SERVER } from '../access/principal.ts';
import { parseJson } from '../kernel/json.ts';
import { costOf, costOfEntries } from './cost.ts';
import { createLimits, type Limits, type LimitSettings } from './limits.ts';

const NONE: LimitSettings = { address: 0, user: 0, client: 0, tenant: 0, signIn: 0 };
const USER: Principal = { tenant: 1, kind: 'user', account: 'a', client: 'app', roles: [], purposes: [] };

function limits(settings: Partial<LimitSettings>, workers = 1): Limits {
  return createLimits({ ...NONE, ...settings }, { workers, now: () => Date.now() });
}

test.each([
  ['read', 1],
  ['history-type', 10],
  ['search-type', 20],
  ['create', 100],
  ['conditional-delete', 100],
  ['batch', 100],
])('%s costs %d points', (interaction, points) => {
  expect(costOf(interaction)).toBe(points);
});

test('entries of a Bundle cost points of their own', () => {
  expect(costOfEntries(parseJson('{"resourceType":"Bundle","entry":[{},{},{}]}'))).toBe(30);
  expect(['{}', '[]', '"x"', '{"entry":3}'].map((text) => costOfEntries(parseJson(text)))).toEqual([0, 0, 0, 0]);
});

test('what is left of the closest limit is told', async () => {
  const { spend } = limits({ user: 100, tenant: 10_000 });
  expect(await spend(USER, 20)).toEqual({
    'RateLimit-Policy': '"user";q=100;w=60',
    RateLimit: '"user";r=80;t=60',
  });
});

test('beyond the limit the answer says when to come back', async () => {
  const { spend } = limits({ client: 100 });
  await spend(USER, 100);
  await expect(spend(USER, 1)).rejects.toMatchObject({
    status: 429,
    code: 'limits.exceeded',
    headers: { 'Retry-After': '60', 'RateLimit-Policy': '"client";q=100;w=60', RateLimit: '"client";r=0;t=60' },
    issues: [{ code: 'throttled' }],
  });
});

test('each user, client, tenant and address has a limit of its own', async () => {
  const { spend, arrive } = limits({ user: 10, address: 10 });
  await spend(USER, 10);
  await spend({ ...USER, account: 'b' }, 10);
  await expect(spend(USER, 1)).rejects.toMatchObject({ status: 429 });
  await arrive('10.0.0.1', 10);
  await arrive('10.0.0.2', 10);
  await expect(arrive('10.0.0.1', 1)).rejects.toMatchObject({ status: 429 });
});

test('50 parallel requests get what the limit has', async () => {
  const { spend } = limits({ tenant: 500 });
  const results = await Promise.allSettled(Array.from({ length: 50 }, () => spend(USER, 100)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

test('without Redis each of several workers has its part', async () => {
  const { spend } = limits({ user: 100 }, 4);
  await spend(USER, 25);
  await expect(spend(USER, 1)).rejects.toMatchObject({ status: 429 });
});

test('the server itself, and limits of 0, are not counted', async () => {
  expect(await limits({ tenant: 1 }).spend({ ...SERVER, tenant: 1 }, 1000)).toEqual({});
  expect(await limits({}).spend(USER, 1_000_000)).toEqual({});
});

test('attempts to sign in are counted by address', async () => {
  const { signIn } = limits({ signIn: 2 });
  await signIn('10.0.0.1');
  await signIn('10.0.0.1');
  await signIn('10.0.0.2');
  await expect(signIn('10.0.0.1')).rejects.toThrow('too many attempts to sign in');
});

test('a minute after the first point the limit is whole again', async () => {
  let now = 1_000_000;
  const { arrive } = createLimits({ ...NONE, address: 10 }, { workers: 1, now: () => now });
  await arrive('10.0.0.1', 10);
  now += 59_999;
  await expect(arrive('10.0.0.1', 1)).rejects.toMatchObject({ headers: { 'Retry-After': '1' } });
  now += 1;
  await arrive('10.0.0.1', 10);
});
