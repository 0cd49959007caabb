import { openRuntime } from '../../../bots/runtime/open-runtime.ts';
import { startBotProcess } from '../../../server/boot/start-bot-process.ts';
import type { Target } from '../bench-request.ts';
import { deploy, execute } from './siege.ts';

const RUNS = 400;
const COLD = 100;

async function timeRuns(run: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const before = performance.now();
    await run();
    times.push(performance.now() - before);
  }
  return times.slice(COLD).sort((a, b) => a - b);
}

/** Runs of a bot with five calls that are answered at once: what the sandbox alone takes; ms, in order. */
export async function timeSandbox(): Promise<number[]> {
  // The process of bots keeps no other alive.
  const alive = setInterval(() => undefined, 1000);
  const runtime = openRuntime({
    threads: 1,
    startProcess: startBotProcess,
    onError: (error) => void process.stderr.write(`${String(error)}\n`),
  });
  const code = `var bot = { default: async () => { for (let n = 0; n < 5; n += 1) await athanor.read('Patient', '1'); return 1 } }`;
  try {
    return await timeRuns(async () => {
      const { outcome } = await runtime.run({
        tenant: 1,
        code,
        event: '{"value":1}',
        limits: {},
        now: Date.now(),
        call: () => Promise.resolve({ isError: false, text: '{"value":{"resourceType":"Patient"}}' }),
      });
      if (outcome !== 'success') throw new Error('a warm run failed');
    });
  } finally {
    clearInterval(alive);
    await runtime.close();
  }
}

/** `$execute` of a bot with five reads, with all that is recorded of them; ms, in order. */
export async function timeExecute(target: Target, patient: string): Promise<number[]> {
  const reads = `for (let n = 0; n < 5; n += 1) await athanor.read('Patient', '${patient}'); return 1`;
  const bot = await deploy(target, 'warm', reads);
  return timeRuns(async () => {
    const { status } = await execute(target, bot);
    if (status !== 200) throw new Error(`a warm run was answered ${status}`);
  });
}
