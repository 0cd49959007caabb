import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openRuntime, type Runtime } from '../../bots/runtime/open-runtime.ts';
import type { CallAnswer } from '../../bots/runtime/pool.ts';
import { startBotProcess } from '../../server/boot/start-bot-process.ts';
import { until } from '../harness/eventually.ts';

const errors: unknown[] = [];
let runtime: Runtime;

beforeAll(() => {
  runtime = openRuntime({ threads: 2, startProcess: startBotProcess, onError: (error) => void errors.push(error) });
});

afterAll(() => runtime.close());

function run(
  body: string,
  call: (name: string, text: string) => Promise<CallAnswer> = () => Promise.reject(new Error('no calls')),
): ReturnType<Runtime['run']> {
  const code = `var bot = { default: async () => { ${body} } }`;
  return runtime.run({ tenant: 1, code, event: '{"value":1}', limits: {}, now: Date.now(), call });
}

/** Not one that has ended and is not waited for yet, either. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('bots run in a process of their own, which gets nothing of the environment', async () => {
  const end = await run('return 1');
  expect(end).toMatchObject({ outcome: 'success', result: '{"value":1}' });
  const { pid = 0 } = runtime.state();
  expect(pid).not.toBe(process.pid);
  if (process.platform === 'linux') {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((entry) => entry !== '');
    // Those of Node's own channel.
    expect(entries.filter((entry) => !entry.startsWith('NODE_CHANNEL_'))).toEqual([]);
  }
});

test('texts of megabytes cross, whatever is in them', async () => {
  const text = JSON.stringify({ value: 'ä\u2028"𝄞'.repeat(300_000) });
  const end = await run(`return (await athanor.read('Patient', '1')).length`, () =>
    Promise.resolve({ isError: false, text }),
  );
  expect(end).toMatchObject({ outcome: 'success', result: '{"value":1500000}' });
});

test('runs under way end with their process; what waits and what comes runs in the next', async () => {
  await run('return 1');
  const { pid = 0 } = runtime.state();
  let called = 0;
  const never = (): Promise<CallAnswer> => {
    called += 1;
    return new Promise(() => undefined);
  };
  const broken = [run(`await athanor.read('Patient', '1')`, never), run(`await athanor.read('Patient', '1')`, never)];
  const waiting = run('return 2');
  await until(() => called === 2);
  process.kill(pid, 'SIGKILL');
  for (const end of await Promise.all(broken)) {
    expect(end).toMatchObject({ outcome: 'failure', failure: 'crashed', hostCalls: 1 });
  }
  expect(await waiting).toMatchObject({ outcome: 'success', result: '{"value":2}' });
  expect(runtime.state()).toEqual({ running: 0, waiting: 0, pid: expect.any(Number) });
  expect(runtime.state().pid).not.toBe(pid);
  expect(errors.splice(0).map(String)).toEqual([expect.stringContaining('SIGKILL')]);
});

test('signals to the group of processes do not end runs before the server does', async () => {
  await run('return 1');
  const { pid = 0 } = runtime.state();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
  expect(await run('return 3')).toMatchObject({ outcome: 'success' });
  expect(runtime.state().pid).toBe(pid);
});

test('no process is left behind by a server that is killed, whatever its bots do', async () => {
  const owner = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'runtime-owner.fixture.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
    const pid = Number(line);
    expect(isRunning(pid)).toBe(true);
    owner.kill('SIGKILL');
    await until(() => !isRunning(pid));
  } finally {
    owner.kill('SIGKILL');
  }
});

test('a runtime that is closed has ended its process and what waits', async () => {
  const own = openRuntime({ threads: 1, startProcess: startBotProcess, onError: (error) => void errors.push(error) });
  const code = `var bot = { default: async () => { await athanor.read('Patient', '1') } }`;
  let isCalled = false;
  const call = (): Promise<CallAnswer> => {
    isCalled = true;
    return new Promise(() => undefined);
  };
  const start = (): ReturnType<Runtime['run']> =>
    own.run({ tenant: 1, code, event: '{"value":1}', limits: {}, now: Date.now(), call });
  const ends = [start(), start()];
  await until(() => isCalled);
  const { pid = 0 } = own.state();
  await own.close();
  expect(isRunning(pid)).toBe(false);
  for (const end of await Promise.all(ends)) expect(end).toMatchObject({ failure: 'crashed' });
  await expect(start()).rejects.toMatchObject({ code: 'bot.busy' });
  expect(errors).toEqual([]);
});
