import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openBulkServer, type BulkServer, type Exported } from './bulk-server.ts';
import { storeMany } from './many-resources.ts';
import { openWorkProcesses, type WorkProcesses } from './work-processes.ts';

jest.setTimeout(120_000);

const COUNT = 16_000;
const PER_FILE = 2500;

let server: BulkServer;
let processes: WorkProcesses;

beforeEach(async () => {
  server = await openBulkServer({ perFile: PER_FILE });
  await storeMany(server.engine, COUNT, 300);
  processes = await openWorkProcesses(server, (state) => (state as { readonly done: number }).done, 0.1, PER_FILE);
});
afterEach(async () => {
  processes.stop();
  await server.close();
});

async function finished(address: string): Promise<readonly Exported[]> {
  while ((await server.get(address)).status === 202) await delay(200);
  const { output } = await server.manifest(address);
  return server.resources(output);
}

function expectEachOnce(resources: readonly Exported[]): void {
  expect([resources.length, new Set(resources.map(({ id }) => id)).size]).toEqual([COUNT, COUNT]);
}

test('an export is continued where its process was killed: nothing twice, nothing left out', async () => {
  const address = await server.start('GET', '$export');
  await processes.killAt(processes.start(), 4000);
  await processes.killAt(processes.start(), 8000);
  expect(await processes.done()).toBeLessThan(COUNT);
  processes.start();
  expectEachOnce(await finished(address));
  const [work = ''] = await readdir(join(server.folder, 'unfinished'));
  const [run = '', ...others] = await readdir(join(server.folder, 'unfinished', work));
  expect([others, await readdir(join(server.folder, 'unfinished', work, run))]).toEqual([[], []]);
});

test('it begins anew where nobody has what was written of it', async () => {
  const address = await server.start('GET', '$export');
  await processes.killAt(processes.start(), 4000);
  processes.start('elsewhere');
  expectEachOnce(await finished(address));
});
