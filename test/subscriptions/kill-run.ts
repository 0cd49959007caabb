import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { route } from '../../server/fhir/router.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { openReceiver, type Receiver, type Received } from './receiver.ts';
import { subscription } from './subscription-server.ts';

export interface KillRun {
  readonly events: number;
  /** They are spread over so many resources. */
  readonly resources: number;
  readonly workers: number;
  /** Milliseconds between kills. */
  readonly killEvery: number;
  /** Milliseconds that everything may take. */
  readonly patience: number;
  /** Folder of this file. */
  readonly folder: string;
}

export interface KillReport {
  readonly requests: number;
  readonly kills: number;
  readonly repeated: number;
  /** Milliseconds from the first write to the last event. */
  readonly duration: number;
  readonly problems: readonly string[];
}

const FAILS = 0.3;
const HANGS = 0.05;
const TIMEOUT = 400;
const BATCH = 20;

/**
 * Events to a receiver that fails 30 % and hangs 5 %, while workers are killed: which were lost, came out of order, or
 * came again under another number.
 */
export async function killRun(run: KillRun): Promise<KillReport> {
  const opened = await openTestEngine({ validation: 'structure' });
  const receiver = await openReceiver();
  const record = recordOf(receiver);
  const workers: ChildProcess[] = [];
  const end = new AbortController();
  let kills = 0;
  try {
    for (let n = 0; n < run.workers; n += 1) workers.push(await startWorker(run, opened.connectionString));
    await subscribe(opened, receiver.url);
    const started = performance.now();
    const killing = (async (): Promise<void> => {
      for (let turn = 0; ; turn += 1) {
        await pause(run.killEvery);
        const place = turn % workers.length;
        const victim = workers[place];
        if (end.signal.aborted || victim === undefined) return;
        victim.kill('SIGKILL');
        kills += 1;
        workers[place] = await startWorker(run, opened.connectionString);
      }
    })();
    await writeAll(opened, run);
    while (record.accepted.size < run.events && performance.now() - started < run.patience) await pause(100);
    const duration = performance.now() - started;
    // What comes now is a repetition.
    await pause(1000);
    end.abort();
    await killing;
    const lost = run.events - record.accepted.size;
    const problems = [...record.problems, ...(lost === 0 ? [] : [`${lost} events are lost`])];
    const answered = [...record.accepted.values()].reduce((sum, count) => sum + count, 0);
    return { requests: receiver.received.length, kills, repeated: answered - record.accepted.size, duration, problems };
  } finally {
    end.abort();
    for (const worker of workers) worker.kill('SIGKILL');
    await receiver.close();
    await opened.close();
  }
}

interface Recorded {
  /** `id version` of what was answered with success, and how often. */
  readonly accepted: Map<string, number>;
  readonly problems: string[];
}

function recordOf(receiver: Receiver): Recorded {
  const accepted = new Map<string, number>();
  const numbers = new Map<string, string>();
  const problems: string[] = [];
  receiver.react((received) => {
    const { id, version, event } = eventOf(received);
    const key = `${id} ${version}`;
    const known = numbers.get(key);
    if (known !== undefined && known !== event) problems.push(`${key} came under two numbers`);
    numbers.set(key, event);
    if (version > 1 && !accepted.has(`${id} ${version - 1}`)) problems.push(`${key} came before the version before it`);
    if (!accepted.has(key) && accepted.has(`${id} ${version + 1}`)) problems.push(`${key} came late`);
    const chance = Math.random();
    if (chance < HANGS) return 'hang';
    if (chance < HANGS + FAILS) return 503;
    accepted.set(key, (accepted.get(key) ?? 0) + 1);
    return 200;
  });
  return { accepted, problems };
}

function eventOf({ headers, body }: Received): { id: string; version: number; event: string } {
  const resource = JSON.parse(body) as { readonly id: string; readonly meta: { readonly versionId: string } };
  return { id: resource.id, version: Number(resource.meta.versionId), event: String(headers['x-athanor-event']) };
}

async function startWorker({ folder }: KillRun, connectionString: string): Promise<ChildProcess> {
  const worker = spawn(
    process.execPath,
    ['--import', 'tsx', join(folder, 'worker.fixture.ts'), connectionString, String(TIMEOUT)],
    { stdio: ['ignore', 'pipe', 'inherit'], env: process.env },
  );
  await Promise.race([once(worker.stdout, 'data'), once(worker, 'exit')]);
  return worker;
}

async function send(
  { engine, ctx }: TestEngine,
  method: 'GET' | 'POST',
  path: string[],
  body?: JsonObject,
): Promise<JsonObject> {
  const request: FhirRequest = {
    method,
    path,
    query: '',
    headers: { prefer: {}, accept: [] },
    ...(body === undefined ? {} : { body }),
  };
  const { status, text } = await route(engine, ctx(), request);
  if (status > 299) throw new Error(text);
  return JSON.parse(text ?? '{}') as JsonObject;
}

async function subscribe(opened: TestEngine, url: string): Promise<void> {
  const { id } = await send(opened, 'POST', ['Subscription'], subscription('Patient?active=true', url) as JsonObject);
  while ((await send(opened, 'GET', ['Subscription', String(id)])).status !== 'active') await pause(50);
}

/** Each resource changes with every round. */
async function writeAll(opened: TestEngine, { events, resources }: KillRun): Promise<void> {
  for (let written = 0; written < events;) {
    const entry: JsonObject[] = [];
    for (; entry.length < BATCH && written < events; written += 1) {
      const id = `p${written % resources}`;
      entry.push({
        request: { method: 'PUT', url: `Patient/${id}` },
        resource: { resourceType: 'Patient', id, active: true, multipleBirthInteger: Math.floor(written / resources) },
      });
    }
    await send(opened, 'POST', [], { resourceType: 'Bundle', type: 'transaction', entry });
  }
}
