import { join } from 'node:path';
import { loadDemos } from '../../server/module-host/state/load-demos.ts';
import { openModuleServer, type ModuleServer } from '../harness/module-server.ts';
import { PRINCIPAL } from '../harness/test-principal.ts';
import { countOf, room, textOf } from './rooms.ts';

const SAMPLE = join(import.meta.dirname, 'sample');
const KEEPER = { [PRINCIPAL]: JSON.stringify({ roles: ['room-keeper'], fhirUser: 'Practitioner/k' }) };
const DESK = { [PRINCIPAL]: JSON.stringify({ roles: ['receptionist'], fhirUser: 'Practitioner/d' }) };

let server: ModuleServer;

beforeAll(async () => {
  server = await openModuleServer(SAMPLE, { env: { ROOMS_MOST_ROOMS: '5' } });
});

afterAll(() => server.close());

test('seeds are there, demo data are not', async () => {
  const { body } = await server.get('Location?identifier=https://example.org/rooms|');
  expect(body.entry?.map(({ resource }) => resource?.name)).toEqual(['Front room']);
});

test('a profile holds', async () => {
  const { status, body } = await server.send('POST', 'Location', { ...room('1.01'), extension: [] });
  expect(status).toBe(422);
  expect(JSON.stringify(body.issue)).toContain('extension');
});

test('a value set of the module is known, with its code system', async () => {
  const { body } = await server.get('ValueSet/$expand?url=https://example.org/ValueSet/room-kind');
  expect(body.expansion).toMatchObject({ contains: [{ code: 'exam' }, { code: 'lab' }] });
  const wrong = { type: [{ coding: [{ system: 'https://example.org/CodeSystem/room-kind', code: 'pool' }] }] };
  expect((await server.send('POST', 'Location', room('1.01', wrong))).status).toBe(422);
});

test('a search parameter finds', async () => {
  await server.send('PUT', 'Location/r102', room('1.02', { id: 'r102' }));
  const { body } = await server.get('Location?room-number=1.02');
  expect([body.total, body.entry?.[0]?.resource?.id]).toEqual([1, 'r102']);
});

test('a rule refuses, and completes what is stored', async () => {
  const refused = await server.send('POST', 'Location', room('cellar'));
  expect([refused.status, textOf(refused)]).toEqual([422, expect.stringContaining('a storey and two digits')]);
  const stored = await server.send('POST', 'Location', room('1.03'));
  expect([stored.status, stored.body.mode]).toEqual([201, 'instance']);
});

test('a setting is read by a rule', async () => {
  for (const number of ['1.04', '1.05']) expect((await server.send('POST', 'Location', room(number))).status).toBe(201);
  const refused = await server.send('POST', 'Location', room('1.06'));
  expect([refused.status, textOf(refused)]).toEqual([422, 'The clinic has at most 5 rooms.']);
});

test('a constraint of a projection is a fault of the module', async () => {
  const taken = await server.send('PUT', 'Location/r102', room('1.03', { id: 'r102' }));
  expect([taken.status, textOf(taken)]).toEqual([409, 'Another room has this number; choose another one.']);
});

test('operations run, and are described', async () => {
  expect(await countOf(server, '$room-count')).toBe(5);
  const body = { resourceType: 'Parameters', parameter: [{ name: 'reason', valueString: 'Water' }] };
  const closed = await server.send('POST', 'Location/r102/$close', body);
  expect([closed.status, closed.body.status, closed.body.description]).toEqual([200, 'suspended', 'Water']);
  expect(await countOf(server, '$dirty-rooms')).toBe(1);
  const { text } = await server.get('metadata');
  for (const code of ['close', 'room-count', 'dirty-rooms']) expect(text).toContain(`"name":"${code}"`);
});

test('a role of the module, and what it adds to another role', async () => {
  expect((await server.get('Location?room-number=1.03', KEEPER)).body.total).toBe(1);
  expect((await server.get('Task', KEEPER)).body.total).toBe(0);
  expect((await server.get('$room-count', KEEPER)).status).toBe(200);
  expect((await server.get('$room-count', DESK)).status).toBe(200);
  expect((await server.get('$dirty-rooms', DESK)).status).toBe(403);
  const { body } = await server.get('$roles');
  expect(JSON.stringify(body)).toContain('room-keeper');
});

test('a report lists, for those who may run it', async () => {
  const report = await server.get('$report?report=room-list&_format=csv', KEEPER);
  expect([report.status, report.text.split('\r\n').slice(0, 2)]).toEqual([200, ['Number,Status', '0.01,active']]);
  expect((await server.get('$report?report=room-list', DESK)).status).toBe(404);
});

test('demo data are loaded by a command, and once', async () => {
  const { engine, modules, registry } = server;
  for (const number of ['1.04', '1.05']) await server.send('DELETE', `Location?room-number=${number}`);
  await server.send('DELETE', 'Location/r102');
  expect(await loadDemos(engine, server.ctx(), registry, modules.isEnabled)).toBe(2);
  expect(await loadDemos(engine, server.ctx(), registry, modules.isEnabled)).toBe(0);
  expect(await loadDemos(engine, server.ctx(), registry, () => false)).toBe(0);
  expect((await server.get('Location?name=green')).body.total).toBe(1);
});

interface Listed {
  readonly name: string;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly part?: readonly Listed[];
}

/** What $modules says of module rooms, by part. */
async function listed(headers: Readonly<Record<string, string>>, part: string): Promise<readonly unknown[]> {
  const { body } = await server.get('$modules', headers);
  const modules = (body.parameter ?? []) as readonly Listed[];
  const rooms = modules.find(({ part: parts }) =>
    parts?.some(({ name, valueCode }) => name === 'name' && valueCode === 'rooms'),
  );
  const own = (rooms?.part ?? []).filter(({ name }) => name === part);
  return own.map((each) => each.valueString ?? each.valueCode ?? each.part?.[0]?.valueString);
}

test('$modules lists what there is, and the pages of who asks', async () => {
  const contributed = ['version', 'state', 'rule', 'operation', 'projection', 'bot', 'cdsService', 'report', 'hl7Map'];
  const found = await Promise.all(contributed.map((part) => listed({}, part)));
  expect(found).toEqual([
    ['1.1.0'],
    ['enabled'],
    ['room-number'],
    ['close', 'room-count'],
    ['rooms.numbers'],
    ['closed-room'],
    ['room-card'],
    ['room-list'],
    ['MFN^M05'],
  ]);
  expect(await listed(KEEPER, 'page')).toEqual(['/rooms', '/rooms/plan']);
  expect(await listed(DESK, 'page')).toEqual(['/rooms/plan']);
});
