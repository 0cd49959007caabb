import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { answerIn, openAsyncServer, type AsyncServer } from './async-server.ts';

let server: AsyncServer;
let worker: ChildProcess | undefined;

beforeEach(async () => {
  server = await openAsyncServer({ validation: 'structure', maxBundleEntries: 2000 });
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  await server.close();
});

function startWorker(): ChildProcess {
  const program = join(__dirname, 'async-worker.fixture.ts');
  worker = spawn(process.execPath, ['--import', 'tsx', program, server.connectionString], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return worker;
}

async function stored(type: string): Promise<number> {
  const [row] = await server.engine.db.query<{ count: number }>({
    text: 'select count(*) as count from resource where type = $1',
    values: [server.engine.definitions.typeId(type)],
  });
  return row?.count ?? 0;
}

const entries = (count: number): readonly object[] =>
  Array.from({ length: count }, (_, index) => ({
    resource: { resourceType: 'Patient', active: index % 2 === 0 },
    request: { method: 'POST', url: 'Patient' },
  }));

test('a batch is continued where its process was killed: each entry is carried out once, and answered', async () => {
  const count = 600;
  await server.stopWork();
  const address = await server.start('POST', '', { resourceType: 'Bundle', type: 'batch', entry: entries(count) });
  for (const until of [100, 300]) {
    const killed = startWorker();
    while ((await stored('Patient')) < until) await delay(5);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
  }
  expect(await stored('Patient')).toBeLessThan(count);
  const { headers } = await server.get(address);
  expect(headers.get('x-progress')).toMatch(/^[0-9]+ of 600 entries$/);
  startWorker();
  const { resource } = answerIn((await server.done(address)).body);
  const answers = (resource.entry ?? []).map(({ response }) => response?.status);
  expect([await stored('Patient'), answers.length, new Set(answers)]).toEqual([count, count, new Set(['201 Created'])]);
});

test('a transaction that was committed when its process was killed is not carried out again', async () => {
  await server.stopWork();
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry: entries(50) };
  const address = await server.start('POST', '', bundle);
  // Nothing can be kept of the answer: as if the process had been killed after the commit.
  await server.engine.db.query({
    text:
      `create function no_answer() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$; ` +
      `create trigger no_answer before update on async_work for each row execute function no_answer()`,
    values: [],
  });
  const killed = startWorker();
  while ((await stored('Patient')) < 50) await delay(20);
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  // Its connection sleeps on.
  await server.engine.db.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
    values: [],
  });
  await server.engine.db.query({ text: 'drop function no_answer cascade', values: [] });
  startWorker();
  const { resource } = answerIn((await server.done(address)).body);
  expect([await stored('Patient'), resource.type, resource.entry?.length]).toEqual([50, 'transaction-response', 50]);
});
