// `npm run bench:access`: what sign-in, policies, limits and audit add to the CPU time of a request.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Target } from '../bench-request.ts';
import type { BenchCase } from '../cases/bench-case.ts';
import { READ_CASES } from '../cases/read-cases.ts';
import { WRITE_CASES } from '../cases/write-cases.ts';
import type { DataSet } from '../data-set.ts';
import { loadDataSet } from '../load-data-set.ts';
import { buildServer, copyDataDir, startOwnServer, type OwnDatabase, type OwnServer } from '../own-server.ts';
import { cpuOfTree } from '../process-tree.ts';
import { describeMachine } from '../report.ts';
import { runCase } from '../run-case.ts';

const USAGE = `usage: npm run bench:access -- [options]

The cases of npm run bench against three servers with the same data, in short turns: with sign-in off, without audit, with everything on.

  --role R        role of the API key (default physician)
  --seconds N     per turn, after a warm-up of a quarter of it (default 1.5)
  --rounds N      turns of each server and case, after one that does not count (default 6)
  --patients N    patients to load, with 20 observations each (default 1000)
  --concurrency N connections (default 16)
  --only CASE     this case only; may be given several times`;

/** How the server runs in a turn. */
interface Setup {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

// The load is one client's: with limits that it does not reach, counting costs the same.
const NO_END = '1000000000';
const OPEN: Setup = { name: 'AUTH=off', env: { AUTH: 'off', PROTECTED: 'off' } };
const ON = { AUTH: 'on', RATE_LIMIT_IP: NO_END, RATE_LIMIT_CLIENT: NO_END, RATE_LIMIT_TENANT: NO_END };
const SETUPS: readonly Setup[] = [
  OPEN,
  { name: 'AUTH=on, AUDIT=off', env: { ...ON, AUDIT: 'off' } },
  { name: 'AUTH=on', env: ON },
];

/** A server that runs in its way. */
interface Running {
  readonly server: OwnServer;
  readonly target: Target;
}

/** CPU of server and database of each setup in its order, ms per request. */
type Round = readonly number[];

interface Measured {
  readonly name: string;
  readonly rounds: readonly Round[];
}

interface Options {
  readonly role: string;
  readonly seconds: number;
  readonly rounds: number;
  readonly patients: number;
  readonly concurrency: number;
  readonly only: readonly string[];
}

function parse(): Options | undefined {
  const { values } = parseArgs({
    options: {
      role: { type: 'string', default: 'physician' },
      seconds: { type: 'string', default: '1.5' },
      rounds: { type: 'string', default: '6' },
      patients: { type: 'string', default: '1000' },
      concurrency: { type: 'string', default: '16' },
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { role, only } = values;
  return {
    role,
    only,
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    patients: Number(values.patients),
    concurrency: Number(values.concurrency),
  };
}

/** A key that no program but this one knows, on a database that is thrown away. */
function createKey(server: OwnServer, role: string): string {
  const command = join(import.meta.dirname, '../../../server/boot/athanor.mjs');
  const text = execFileSync(process.execPath, [command, 'api-key', 'create', 'bench', '--role', role], {
    encoding: 'utf8',
    env: { ...process.env, ...ON, PORT: String(server.port), DATA_DIR: server.dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const key = text.trim().split('\n').at(-1);
  if (key?.startsWith('athk_') !== true) throw new Error('the command gave no key');
  return key;
}

async function turn(
  { server, target }: Running,
  { name, prepare }: BenchCase,
  data: DataSet,
  { seconds, concurrency }: Options,
): Promise<number> {
  const database = server.database().pid;
  const meter = { server: () => cpuOfTree(server.pid, [database]), database: () => cpuOfTree(database) };
  const requests = await prepare(target, data);
  const plan = { target, requests, concurrency, warmUp: seconds / 4, duration: seconds };
  const { failures, serverCpu = NaN, databaseCpu = NaN } = await runCase(name, plan, meter);
  if (failures > 0) throw new Error(`${failures} requests of "${name}" failed`);
  return serverCpu + databaseCpu;
}

/** Seconds of the turn that does not count: a statement is prepared when it has come some times, code is compiled later still. */
const WARM_UP = 4;

/** Turns are short and the servers take them in another order each time, as the machine's speed drifts. */
async function measure(
  running: readonly Running[],
  one: BenchCase,
  data: DataSet,
  options: Options,
): Promise<Measured> {
  const rounds: Round[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    const costs: number[] = [];
    for (let step = 0; step < running.length; step += 1) {
      const at = (round + step) % running.length;
      const server = running[at];
      const seconds = round === 0 ? WARM_UP : options.seconds;
      if (server !== undefined) costs[at] = await turn(server, one, data, { ...options, seconds });
    }
    rounds.push(costs);
  }
  return { name: one.name, rounds: rounds.slice(1) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return ((sorted[half] ?? NaN) + (sorted[sorted.length - 1 - half] ?? NaN)) / 2;
}

async function vacuum(database: OwnDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: database.connectionString('athanor') });
  await client.connect();
  try {
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** Servers over copies of one database, which is loaded while sign-in is off. */
async function startAll(options: Options): Promise<{ readonly running: readonly Running[]; readonly data: DataSet }> {
  const first = await startOwnServer({ env: OPEN.env });
  const running: Running[] = [];
  try {
    const data = await loadDataSet({ base: first.base, token: undefined }, options.patients, () => Promise.resolve());
    // Otherwise copies plan by what autovacuum has found out by chance, or not.
    await vacuum(first.database());
    await first.stop();
    for (const setup of SETUPS) {
      const server = await startOwnServer({ dataDir: copyDataDir(first.dataDir), env: setup.env });
      running.push({ server, target: { base: server.base, token: undefined } });
      if (setup !== OPEN) {
        const token = createKey(server, options.role);
        running[running.length - 1] = { server, target: { base: server.base, token } };
      }
    }
    return { running, data };
  } catch (error) {
    for (const { server } of running) await server.dispose();
    throw error;
  } finally {
    await first.dispose();
  }
}

async function run(options: Options): Promise<void> {
  buildServer();
  const { running, data } = await startAll(options);
  try {
    process.stdout.write(headOf(options));
    // All reads first: what the writes make would be found too.
    for (const one of [...READ_CASES, ...WRITE_CASES]) {
      if (options.only.length > 0 && !options.only.includes(one.name)) continue;
      process.stdout.write(lineOf(await measure(running, one, data, options)));
    }
  } finally {
    for (const { server } of running) await server.dispose();
  }
}

function headOf({ role, rounds, seconds, concurrency, patients }: Options): string {
  return [
    `${describeMachine()}; role ${role}, ${patients} patients, ${rounds} turns of ${seconds} s, ${concurrency} connections; CPU ms per request, median; ratios of turns side by side, median`,
    '',
    `| case | ${SETUPS.map(({ name }) => name).join(' | ')} | sign-in and policies | audit |`,
    '|---|--:|--:|--:|--:|--:|',
    '',
  ].join('\n');
}

function lineOf({ name, rounds }: Measured): string {
  const costs = SETUPS.map((_, at) => median(rounds.map((round) => round[at] ?? NaN)).toFixed(3));
  const ratio = (above: number, below: number): string =>
    `${median(rounds.map((round) => (round[above] ?? NaN) / (round[below] ?? NaN))).toFixed(2)} ×`;
  return `| ${[name, ...costs, ratio(1, 0), ratio(2, 1)].join(' | ')} |\n`;
}

const options = parse();
if (options === undefined) process.stdout.write(`${USAGE}\n`);
else await run(options);
