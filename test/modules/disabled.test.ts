import { join } from 'node:path';
import { openModuleServer, type ModuleServer } from '../harness/module-server.ts';
import { countOf, room, textOf } from './rooms.ts';

const SAMPLE = join(import.meta.dirname, 'sample');

let before: ModuleServer;
/** The server of the same database as it starts with the setting MODULES=-rooms. */
let after: ModuleServer;

beforeAll(async () => {
  before = await openModuleServer(SAMPLE);
  await before.send('PUT', 'Location/stored', room('1.01', { id: 'stored' }));
  after = await openModuleServer(SAMPLE, { selection: '-rooms' }, before.connectionString);
});

afterAll(async () => {
  await after.close();
  await before.close();
});

test('behaviour is gone: operations, rules, projections, pages, what joins it with others', async () => {
  expect(after.modules.isEnabled(1, 'rooms')).toBe(false);
  expect(after.modules.isEnabled(1, 'cleaning')).toBe(true);
  expect(after.modules.isEnabled(1, 'rooms-cleaning')).toBe(false);
  expect([await countOf(after, '$room-count'), await countOf(after, '$dirty-rooms')]).toEqual([404, 404]);
  expect((await after.send('POST', 'Location', room('cellar'))).status).toBe(201);
  expect((await after.send('POST', 'Location', room('1.01'))).status).toBe(201);
  expect(after.engine.roles(1).has('room-keeper')).toBe(false);
  expect((await after.get('$modules')).text).not.toContain('/rooms/plan');
  expect((await after.get('metadata')).text).not.toContain('"name":"room-count"');
});

test('what is stored stays valid and can be searched', async () => {
  const { body } = await after.get('Location?room-number=1.01&_sort=_id');
  expect(body.entry?.map(({ resource }) => resource?.id)).toContain('stored');
  expect((await after.send('PUT', 'Location/stored', room('1.01', { id: 'stored', alias: ['Blue'] }))).status).toBe(
    200,
  );
  const wrong = await after.send('PUT', 'Location/stored', room('1.01', { id: 'stored', extension: [] }));
  expect(wrong.status).toBe(422);
  expect((await after.get('ValueSet/$expand?url=https://example.org/ValueSet/room-kind')).status).toBe(200);
});

test('an organisation cannot switch on what the server leaves out', async () => {
  const parameter = [{ name: 'name', valueCode: 'rooms' }];
  const answer = await after.send('POST', '$module-enable', { resourceType: 'Parameters', parameter });
  expect([answer.status, textOf(answer)]).toEqual([404, expect.stringContaining('by the setting MODULES')]);
});
