import { setTimeout as delay } from 'node:timers/promises';
import { openBulkServer, type BulkServer } from './bulk-server.ts';
import { openWorkProcesses, type WorkProcesses } from './work-processes.ts';

jest.setTimeout(120_000);

const COUNT = 1000;

let server: BulkServer;
let processes: WorkProcesses;

const deletedIn = (state: unknown): number =>
  Object.values((state as { readonly deleted: Readonly<Record<string, number>> }).deleted).reduce((a, b) => a + b, 0);

beforeEach(async () => {
  server = await openBulkServer();
  const entry = Array.from({ length: COUNT }, () => ({
    resource: { resourceType: 'Patient', active: true },
    request: { method: 'POST', url: 'Patient' },
  }));
  const { status } = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  if (status !== 200) throw new Error(`${status}`);
  processes = await openWorkProcesses(server, deletedIn, 0.1);
});
afterEach(async () => {
  processes.stop();
  await server.close();
});

test('a deletion is continued where its process was killed, and counts each resource once', async () => {
  const parameter = [{ name: '_type', valueString: 'Patient' }];
  const address = await server.start('POST', '$bulk-delete', { resourceType: 'Parameters', parameter });
  await processes.killAt(processes.start(), 200);
  expect(await processes.done()).toBeLessThan(COUNT);
  processes.start();
  while ((await server.get(address)).status === 202) await delay(200);
  const { body } = await server.get(address);
  const counts = (body.parameter ?? []).filter(({ name }) => name === 'deleted');
  expect(JSON.stringify(counts)).toContain(`"valueInteger":${COUNT}`);
  const [left] = await server.engine.db.query<{ count: number }>({
    text: 'select (select count(*) from resource) as count',
    values: [],
  });
  expect(left?.count).toBe(0);
});
