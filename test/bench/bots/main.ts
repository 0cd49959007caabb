// `npx tsx test/bench/bots/main.ts`: reads beside hostile bots against reads alone, and what a warm run takes.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Target } from '../bench-request.ts';
import { buildServer, startOwnServer } from '../own-server.ts';
import { memoryOfTree } from '../process-tree.ts';
import { post, prepareSiege } from './siege.ts';
import type { SteadyPlan, SteadyResult } from './steady-client.ts';
import { timeExecute, timeSandbox } from './warm-runs.ts';

const USAGE = `usage: npx tsx test/bench/bots/main.ts [options]

Reads at a steady rate, in turns alone and beside hostile bots (test/bots/hostile-corpus.ts) of which so many always
run or wait; then warm runs of a bot with five reads.

  --rate N     reads a second (default 150)
  --seconds N  of each turn (default 5)
  --rounds N   turns of each kind (default 5)
  --bots N     hostile bots at once (default 50)`;

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '150' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    bots: { type: 'string', default: '50' },
    help: { type: 'boolean', default: false },
  },
});
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const bots = Number(values.bots);

/** Until the first hostile bots run; ms. */
const SETTLE = 500;

async function read(plan: Pick<SteadyPlan, 'target' | 'requests'>): Promise<readonly number[]> {
  const client = fork(join(import.meta.dirname, 'steady-client.ts'));
  const result = new Promise<SteadyResult>((resolve, reject) => {
    client.once('message', (told: SteadyResult) => resolve(told));
    client.once('error', reject);
    client.once('exit', (code) => reject(new Error(`the client ended with code ${code}`)));
    client.send({ ...plan, rate, seconds });
  });
  const { latencies, failures } = await result.finally(() => client.kill());
  if (failures > 0) throw new Error(`${failures} reads failed`);
  return latencies;
}

function percentile(numbers: readonly number[], part: number): number {
  const ordered = numbers.toSorted((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * part))] ?? 0;
}

function tell(what: string, times: readonly number[]): void {
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((part) => percentile(times, part).toFixed(1));
  process.stdout.write(`${what}: p50 ${p50}, p90 ${p90}, p99 ${p99} ms\n`);
}

async function run(): Promise<void> {
  buildServer();
  const server = await startOwnServer({ env: { AUTH: 'off', PROTECTED: 'off' } });
  try {
    const target: Target = { base: server.base, token: undefined };
    const { id } = await post(target, 'Patient', { resourceType: 'Patient', name: [{ family: 'Read' }] });
    const requests = [`Patient/${id}`, 'Patient?name=read'].map((path) => ({ method: 'GET', path }) as const);
    const siege = await prepareSiege(target, bots);
    await read({ target, requests });
    const alone: number[] = [];
    const beside: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const quiet = await read({ target, requests });
      let isOver = false;
      const attack = siege.besiege(() => isOver);
      await new Promise((resolve) => setTimeout(resolve, SETTLE));
      const besieged = await read({ target, requests }).finally(() => (isOver = true));
      const runs = await attack;
      alone.push(...quiet);
      beside.push(...besieged);
      const memory = memoryOfTree(server.pid, [server.database().pid]);
      const megabytes = Math.round(memory.reduce((sum, each) => sum + each, 0) / 1e6);
      const p99s = [quiet, besieged].map((times) => percentile(times, 0.99).toFixed(1)).join(' and ');
      process.stdout.write(`p99 ${p99s} ms, ${runs} runs; ${megabytes} MB in ${memory.length} processes\n`);
    }
    tell('reads alone', alone);
    tell(`reads beside ${bots} hostile bots`, beside);
    process.stdout.write(`p99: ${(percentile(beside, 0.99) / percentile(alone, 0.99)).toFixed(2)} ×\n`);
    process.stdout.write(`a run computed at most ${await siege.mostOver()} ms beyond its limit\n`);
    tell('$execute with five reads, warm', await timeExecute(target, id));
    tell('a run with five calls in the sandbox, warm', await timeSandbox());
  } finally {
    await server.dispose();
  }
}

if (values.help) process.stdout.write(`${USAGE}\n`);
else await run();
