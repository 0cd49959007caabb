import { join } from 'node:path';
import { createTenant } from '../../server/storage/tenants.ts';
import { openModuleServer, type ModuleServer } from '../harness/module-server.ts';
import { PRINCIPAL } from '../harness/test-principal.ts';
import { countOf, room, textOf } from './rooms.ts';

const SAMPLE = join(import.meta.dirname, 'sample');
const OTHER = { [PRINCIPAL]: JSON.stringify({ kind: 'server', tenant: 2 }) };
const KEEPER = { [PRINCIPAL]: JSON.stringify({ roles: ['room-keeper'], fhirUser: 'Practitioner/k' }) };

/** Two processes of one server. */
let server: ModuleServer;
let twin: ModuleServer;

beforeAll(async () => {
  server = await openModuleServer(SAMPLE);
  await createTenant(server.connectionString, {
    name: 'other',
    title: 'Other',
    organization: null,
    consent: 'opt-out',
  });
  twin = await openModuleServer(SAMPLE, {}, server.connectionString);
});

afterAll(async () => {
  await twin.close();
  await server.close();
});

function turn(on: 'enable' | 'disable', module: string, headers = {}): ReturnType<ModuleServer['send']> {
  const parameter = [{ name: 'name', valueCode: module }];
  return server.send('POST', `$module-${on}`, { resourceType: 'Parameters', parameter }, headers);
}

/** Until the answer is the expected one, at most as long as a process may not know of a change. */
async function eventually(expected: unknown, ask: () => Promise<unknown>): Promise<void> {
  const until = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (answer === expected || Date.now() > until) {
      expect(answer).toEqual(expected);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test('each organisation has seeds of its own', async () => {
  expect(await countOf(server, '$room-count')).toBe(1);
  await eventually(1, async () => (await server.get('Location?room-number=0.01', OTHER)).body.total);
  expect(await countOf({ get: (path) => server.get(path, OTHER) }, '$room-count')).toBe(1);
});

test('a module that is switched off acts in no process, and only for its organisation', async () => {
  await server.send('PUT', 'Location/before', room('1.01', { id: 'before' }));
  const answer = await turn('disable', 'rooms');
  expect([answer.status, JSON.stringify(answer.body)]).toEqual([
    200,
    expect.stringContaining('"valueCode":"disabled"'),
  ]);
  expect(await countOf(server, '$room-count')).toBe(404);
  expect(await countOf(server, '$dirty-rooms')).toBe(404);
  expect((await server.send('POST', 'Location', room('attic'))).status).toBe(201);
  await eventually(404, () => countOf(twin, '$room-count'));
  expect((await twin.send('POST', 'Location', room('attic'))).status).toBe(201);
  await eventually(0, async () => (await server.get('Location', KEEPER)).body.total ?? 0);
  expect((await twin.send('POST', 'Location', room('attic'), OTHER)).status).toBe(422);
  expect((await server.get('Location?room-number=1.01')).body.total).toBe(1);
});

test('it comes back as it was', async () => {
  for (const { resource } of (await server.get('Location?room-number=attic')).body.entry ?? []) {
    await server.send('DELETE', `Location/${resource?.id ?? ''}`);
  }
  expect((await turn('enable', 'rooms')).status).toBe(200);
  expect(await countOf(server, '$room-count')).toBe(2);
  await eventually(2, () => countOf(twin, '$room-count'));
  await eventually(422, async () => (await server.send('POST', 'Location', room('attic'))).status);
  await eventually(422, async () => (await twin.send('POST', 'Location', room('attic'))).status);
  await eventually(1, async () => (await server.get('Location?room-number=1.01', KEEPER)).body.total);
});

test.each([
  ['disable', 'rooms-cleaning', 409, 'is enabled exactly when rooms and cleaning are'],
  ['disable', 'nothing', 404, 'There is no module of that name; there are: cleaning, rooms, rooms-cleaning.'],
  ['enable', '', 400, 'takes name'],
] as const)('%s %s is refused', async (on, module, status, text) => {
  const parameter = module === '' ? {} : { parameter: [{ name: 'name', valueCode: module }] };
  const answer = await server.send('POST', `$module-${on}`, { resourceType: 'Parameters', ...parameter });
  expect([answer.status, textOf(answer)]).toEqual([status, expect.stringContaining(text)]);
});

test('only administrators with a fresh second factor switch', async () => {
  const user = (claims: object): Readonly<Record<string, string>> => ({ [PRINCIPAL]: JSON.stringify(claims) });
  const physician = await turn('disable', 'rooms', user({ roles: ['physician'], secondFactor: Date.now() }));
  const stale = await turn('disable', 'rooms', user({ roles: ['administrator'] }));
  expect([physician.status, stale.status]).toEqual([403, 403]);
  const fresh = user({ roles: ['administrator'], secondFactor: Date.now() });
  expect((await turn('disable', 'rooms', fresh)).status).toBe(200);
  expect((await turn('enable', 'rooms', fresh)).status).toBe(200);
});
