// `npm run bench:subscriptions -- [--changes N]`: what the change feed and subscriptions add to the CPU time of writes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { route } from '../../../server/fhir/router.ts';
import type { FhirRequest } from '../../../server/fhir/request.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { openSubscriptions, type Subscriptions } from '../../../server/subscriptions/open-subscriptions.ts';
import startDatabase from '../../harness/global-setup.ts';
import stopDatabase from '../../harness/global-teardown.ts';
import { openTestEngine, type TestEngine } from '../../harness/test-engine.ts';
import { cpuOfTree } from '../process-tree.ts';

const { values } = parseArgs({ options: { changes: { type: 'string', default: '100000' } } });
const SETUPS = ['without the feed', 'no subscription', '100 subscriptions'] as const;
type SetupName = (typeof SETUPS)[number];

/** Changes of each setup. */
const CHANGES = Number(values.changes);
/**
 * Changes of one turn; the setups take turns, so that what else the machine does meets all of them. Turns are long: each begins with
 * caches full of the other setups, and the one with most code and connections pays most for that, which no server alone does.
 */
const TURN = Math.max(500, Math.ceil(CHANGES / 10));
const WRITERS = 8;
/** One change in fifty is an event of one subscription. */
const CODES = 5000;
const SUBSCRIPTIONS = 100;
const UPDATES = 3;
const SETTLE = 400;

interface Setup {
  readonly name: SetupName;
  readonly opened: TestEngine;
  readonly subscriptions: Subscriptions | undefined;
  readonly written: string[];
  count: number;
  /** Milliseconds of CPU per turn: of this process, and of the database. */
  readonly turns: { readonly server: number; readonly database: number }[];
}

async function send(
  { engine, ctx }: TestEngine,
  request: Pick<FhirRequest, 'method' | 'path' | 'body'>,
): Promise<JsonObject> {
  const { status, text } = await route(engine, ctx(), { query: '', headers: { prefer: {}, accept: [] }, ...request });
  if (status > 299) throw new Error(text);
  return JSON.parse(text ?? '{}') as JsonObject;
}

function observation(code: number, value: number): JsonObject {
  return {
    resourceType: 'Observation',
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] },
    ],
    code: { coding: [{ system: 'urn:bench', code: `c${code}` }] },
    subject: { reference: 'Patient/bench' },
    effectiveDateTime: '2026-05-01T10:00:00Z',
    valueQuantity: { value, unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' },
  };
}

/** The n-th change: three updates of what is there to seven creations. */
async function change({ opened, written, count }: Setup): Promise<void> {
  const resource = observation((count * 7919) % CODES, count);
  const known = count % 10 < UPDATES ? written[(count * 31) % Math.max(1, written.length)] : undefined;
  if (known !== undefined) {
    await send(opened, { method: 'PUT', path: ['Observation', known], body: { ...resource, id: known } });
  } else written.push(String((await send(opened, { method: 'POST', path: ['Observation'], body: resource })).id));
}

async function open(name: SetupName, receiver: string): Promise<Setup> {
  const opened = await openTestEngine();
  let subscriptions: Subscriptions | undefined;
  if (name === 'without the feed') {
    for (const table of ['resource', 'history']) {
      await opened.engine.db.query({ text: `drop index ${table}_tx`, values: [] });
      await opened.engine.db.query({ text: `alter table ${table} alter tx set default 0`, values: [] });
    }
  } else {
    subscriptions = openSubscriptions({
      engine: opened.engine,
      outbound: { allowPrivate: true },
      now: () => Date.now(),
      onError: (error) => process.stderr.write(`${String(error)}\n`),
    });
  }
  await send(opened, { method: 'PUT', path: ['Patient', 'bench'], body: { resourceType: 'Patient', id: 'bench' } });
  for (let n = 0; name === '100 subscriptions' && n < SUBSCRIPTIONS; n += 1) {
    const body: JsonObject = {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'bench',
      criteria: `Observation?code=urn:bench|c${n}&status=final`,
      channel: { type: 'rest-hook', endpoint: receiver, payload: 'application/fhir+json' },
    };
    await send(opened, { method: 'POST', path: ['Subscription'], body });
  }
  return { name, opened, subscriptions, written: [], count: 0, turns: [] };
}

async function turn(setup: Setup, database: number): Promise<void> {
  const before = { server: process.cpuUsage(), database: cpuOfTree(database) };
  let left = TURN;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      setup.count += 1;
      await change(setup);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  // Dispatching and deliveries belong to it.
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  const { user, system } = process.cpuUsage(before.server);
  setup.turns.push({ server: (user + system) / 1000, database: cpuOfTree(database) - before.database });
}

/** Without the first turn, in which code and plans are warmed up. */
function mean(numbers: readonly number[]): number {
  const counted = numbers.slice(1);
  return counted.reduce((sum, each) => sum + each, 0) / Math.max(1, counted.length);
}

function median(numbers: readonly number[]): number {
  return numbers.slice(1).toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
}

await startDatabase();
const script = `require('http').createServer((q, s) => { q.resume(); q.on('end', () => s.end()) }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
const receiver = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [port] = (await once(createInterface({ input: receiver.stdout }), 'line')) as [string];
  const setups: Setup[] = [];
  for (const name of SETUPS) setups.push(await open(name, `http://127.0.0.1:${port}/`));
  const [first] = setups;
  const rows = await first?.opened.engine.db.query<{ folder: string }>({
    text: `select current_setting('data_directory') as folder`,
    values: [],
  });
  const database = Number(readFileSync(join(rows?.[0]?.folder ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  for (let round = 0; round * TURN < CHANGES; round += 1) {
    const first = round % setups.length;
    for (const setup of [...setups.slice(first), ...setups.slice(0, first)]) await turn(setup, database);
  }
  const sum = ({ server, database: own }: Setup['turns'][number]): number => server + own;
  const figure = ({ turns }: Setup, of: (turn: Setup['turns'][number]) => number): number => mean(turns.map(of)) / TURN;
  const whole = (setup: Setup): number => figure(setup, sum);
  for (const setup of setups) {
    const added = first === undefined ? 0 : (whole(setup) / whole(first) - 1) * 100;
    // Turn by turn, as what else the machine does lasts for some turns and not for others.
    const ratios = setup.turns.map((turn, round) => sum(turn) / sum(first?.turns[round] ?? turn));
    const parts = `server ${figure(setup, ({ server }) => server).toFixed(3)} + database ${figure(setup, (each) => each.database).toFixed(3)} ms`;
    const events = await setup.opened.engine.db.query<{ state: number; count: number }>({
      text: 'select state, count(*) as count from subscription_event group by state order by state',
      values: [],
    });
    const told = events.map(({ state, count }) => `${count} in state ${state}`).join(', ');
    process.stdout.write(
      `${setup.name}: ${whole(setup).toFixed(3)} ms a change (${parts}), ${added.toFixed(1)} % more, in the median turn ${((median(ratios) - 1) * 100).toFixed(1)} %; events: ${told === '' ? 'none' : told}\n`,
    );
  }
  for (const { subscriptions } of setups) await subscriptions?.close();
  for (const { opened } of setups) await opened.close();
} finally {
  receiver.kill();
  await stopDatabase();
}
process.exit(0);
