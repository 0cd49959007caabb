import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

/** A process that is killed between any two steps leaves no write without its event, and answered nothing unrecorded. */
const ROUNDS = Number(process.env.AUDIT_KILLS ?? 3);

let open: TestEngine;

beforeAll(async () => {
  open = await openTestEngine();
});
afterAll(() => open.close());

async function killedAfter(answers: number): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'killed-writer.fixture.ts'), open.connectionString],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: process.env,
    },
  );
  const answered: string[] = [];
  const exit = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'ready') answered.push(line);
    if (answered.length === answers) child.kill('SIGKILL');
  }
  await exit;
  return answered;
}

test(`${ROUNDS} times killed, nothing is lost and nothing is unrecorded`, async () => {
  const answered: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) answered.push(...(await killedAfter(40 + round * 37)));
  const { db } = open.engine;
  const events = await db.query<{ requestId: string; name: string; action: string }>({
    text: `select request_id as "requestId", type || '/' || resource_id as name, action from audit_event`,
    values: [],
  });
  const recorded = new Set(events.map(({ requestId }) => requestId));
  expect(answered.filter((requestId) => !recorded.has(requestId))).toEqual([]);
  const stored = await db.query<{ name: string }>({
    text: `select 'Patient/' || id as name from resource order by 1`,
    values: [],
  });
  const created = events.filter(({ action }) => action === 'C').map(({ name }) => name);
  expect(created.sort()).toEqual(stored.map(({ name }) => name).sort());
  expect(stored.length).toBeGreaterThan(answered.length / 3);
}, 120_000);
