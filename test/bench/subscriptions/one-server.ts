// One of the servers of `main.ts`, with a database of its own: it makes changes when it is told to.
import { on } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { route } from '../../../server/fhir/router.ts';
import type { FhirRequest } from '../../../server/fhir/request.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { openSubscriptions, type Subscriptions } from '../../../server/subscriptions/open-subscriptions.ts';
import startDatabase from '../../harness/global-setup.ts';
import stopDatabase from '../../harness/global-teardown.ts';
import { openTestEngine, type TestEngine } from '../../harness/test-engine.ts';
import { cpuOfTree } from '../process-tree.ts';
import type { Asked, SetupName, Told, Turn } from './setup.ts';

const WRITERS = 8;
/** One change in fifty is an event of one subscription. */
const CODES = 5000;
const SUBSCRIPTIONS = 100;
const UPDATES = 3;
const SETTLE = 250;
/** Until the subscriptions are active. */
const WARM = 3000;

interface Setup {
  readonly name: SetupName;
  readonly opened: TestEngine;
  readonly subscriptions: Subscriptions | undefined;
  readonly written: string[];
  count: number;
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
  // All have them, most of them off: code that has met two types is slower with both, whoever listens.
  for (let n = 0; n < SUBSCRIPTIONS; n += 1) {
    const body: JsonObject = {
      resourceType: 'Subscription',
      status: name === '100 subscriptions' ? 'requested' : 'off',
      reason: 'bench',
      criteria: `Observation?code=urn:bench|c${n}&status=final`,
      channel: { type: 'rest-hook', endpoint: receiver, payload: 'application/fhir+json' },
    };
    await send(opened, { method: 'POST', path: ['Subscription'], body });
  }
  return { name, opened, subscriptions, written: [], count: 0 };
}

/** @param changes how many are made */
async function turn(setup: Setup, database: number, changes: number): Promise<Turn> {
  // What looking costs the server is not counted.
  const before = { database: cpuOfTree(database), server: process.cpuUsage() };
  let left = changes;
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
  return { server: (user + system) / 1000, database: cpuOfTree(database) - before.database };
}

/** How many events there are, by their state. */
async function eventsOf({ opened }: Setup): Promise<string> {
  const rows = await opened.engine.db.query<{ state: number; count: number }>({
    text: 'select state, count(*) as count from subscription_event group by state order by state',
    values: [],
  });
  return rows.length === 0 ? 'none' : rows.map(({ state, count }) => `${count} in state ${state}`).join(', ');
}

async function databaseProcess({ opened }: Setup): Promise<number> {
  const [row] = await opened.engine.db.query<{ folder: string }>({
    text: `select current_setting('data_directory') as folder`,
    values: [],
  });
  return Number(readFileSync(join(row?.folder ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

async function serve(name: SetupName, receiver: string): Promise<void> {
  await startDatabase();
  try {
    const setup = await open(name, receiver);
    const database = await databaseProcess(setup);
    await new Promise((resolve) => setTimeout(resolve, WARM));
    const tell = (told: Told): void => void process.send?.(told);
    tell({ ready: true });
    for await (const [asked] of on(process, 'message') as AsyncIterable<[Asked]>) {
      if (asked.changes === 0) break;
      tell({ turn: await turn(setup, database, asked.changes) });
    }
    tell({ events: await eventsOf(setup) });
    await setup.subscriptions?.close();
    await setup.opened.close();
  } finally {
    await stopDatabase();
  }
}

const [name, receiver] = process.argv.slice(2);
await serve(name as SetupName, receiver ?? '');
process.exit(0);
