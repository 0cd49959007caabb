// `npm run bench:access`: what sign-in, policies, limits and audit add to the CPU time of a request.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Target } from '../bench-request.ts';
import type { BenchCase } from '../cases/bench-case.ts';
import { READ_CASES } from '../cases/read-cases.ts';
import { WRITE_CASES } from '../cases/write-cases.ts';
import type { DataSet } from '../data-set.ts';
import { loadDataSet } from '../load-data-set.ts';
import { freePort } from '../../harness/free-port.ts';
import { buildServer, startOwnServer, type OwnServer } from '../own-server.ts';
import { cpuOfTree } from '../process-tree.ts';
import { describeMachine } from '../report.ts';
import { runCase, type CaseResult } from '../run-case.ts';

const USAGE = `usage: npm run bench:access -- [options]

The cases of npm run bench against one database, in turn with sign-in off and with everything on.

  --role R        role of the API key (default physician)
  --seconds N     per case and turn, after a warm-up of a quarter of it (default 6)
  --rounds N      turns of each kind (default 3)
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

interface Measured {
  readonly setup: Setup;
  readonly result: CaseResult;
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
      seconds: { type: 'string', default: '6' },
      rounds: { type: 'string', default: '3' },
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
  server: OwnServer,
  target: Target,
  data: DataSet,
  cases: readonly BenchCase[],
  options: Options,
): Promise<CaseResult[]> {
  const database = server.database().pid;
  const meter = { server: () => cpuOfTree(server.pid, [database]), database: () => cpuOfTree(database) };
  const { seconds, concurrency } = options;
  const results: CaseResult[] = [];
  for (const { name, prepare } of cases) {
    const requests = await prepare(target, data);
    const plan = { target, requests, concurrency, warmUp: seconds / 4, duration: seconds };
    const result = await runCase(name, plan, meter);
    if (result.failures > 0) throw new Error(`${result.failures} requests of "${name}" failed`);
    results.push(result);
  }
  return results;
}

function cpuOf({ serverCpu = 0, databaseCpu = 0 }: CaseResult): number {
  return serverCpu + databaseCpu;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function run(options: Options): Promise<void> {
  buildServer();
  const results: Measured[] = [];
  const isWanted = ({ name }: BenchCase): boolean => options.only.length === 0 || options.only.includes(name);
  const port = await freePort();
  let server = await startOwnServer({ ...OPEN, port });
  const { dataDir } = server;
  try {
    const data = await loadDataSet({ base: server.base, token: undefined }, options.patients, () => Promise.resolve());
    await server.stop();
    let token: string | undefined;
    // All reads first: what the writes make would be found too.
    for (const cases of [READ_CASES, WRITE_CASES].map((all) => all.filter(isWanted))) {
      for (let round = 0; round < options.rounds; round += 1) {
        // Each second round in the other order, as the machine's speed drifts.
        for (const setup of round % 2 === 0 ? SETUPS : [...SETUPS].reverse()) {
          if (cases.length === 0) continue;
          process.stderr.write(`bench:access: ${setup.name}, round ${round + 1}\n`);
          server = await startOwnServer({ dataDir, port, env: setup.env });
          if (setup !== OPEN) token ??= createKey(server, options.role);
          const target = { base: server.base, token: setup === OPEN ? undefined : token };
          results.push(...(await turn(server, target, data, cases, options)).map((result) => ({ setup, result })));
          await server.stop();
        }
      }
    }
  } finally {
    await server.dispose();
  }
  process.stdout.write(markdown(options, results));
}

/** CPU time of server and database in ms per request: the mean of the rounds, and its ratio to the first setup. */
function markdown(options: Options, results: readonly Measured[]): string {
  const names = SETUPS.map(({ name }) => name);
  const cases = [...new Set(results.map(({ result }) => result.name))];
  const rows = cases.map((name) => {
    const costs = SETUPS.map((setup) =>
      mean(results.filter((one) => one.setup === setup && one.result.name === name).map(({ result }) => cpuOf(result))),
    );
    const [base = NaN] = costs;
    const cells = costs.map((cost, index) =>
      index === 0 ? cost.toFixed(3) : `${cost.toFixed(3)} (${(cost / base).toFixed(2)} ×)`,
    );
    return `| ${[name, ...cells].join(' | ')} |`;
  });
  return [
    `${describeMachine()}; role ${options.role}, ${options.rounds} rounds of ${options.seconds} s, ${options.concurrency} connections; CPU ms per request`,
    '',
    `| case | ${names.join(' | ')} |`,
    `|---|${names.map(() => '--:').join('|')}|`,
    ...rows,
    '',
  ].join('\n');
}

const options = parse();
if (options === undefined) process.stdout.write(`${USAGE}\n`);
else await run(options);
