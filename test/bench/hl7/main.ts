// `npm run bench:hl7 -- [--messages N] [--links N] [--rate N]`: how soon results of a laboratory are acknowledged, and how soon applied.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openStore, type Store } from '../../../hl7-gateway/store/open-store.ts';
import { labResult } from '../../hl7/inbox/lab-messages.ts';
import { openSender } from '../../hl7/inbox/mllp-sender.ts';
import { createPartner, databaseOf, startOwnGateway, type OwnGateway } from '../../hl7/inbox/own-gateway.ts';
import { createClient } from '../../reliability/client.ts';
import { buildServer, startOwnServer, type OwnServer } from '../own-server.ts';
import { cpuOfTree, processesOfTree } from '../process-tree.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '10000' },
    links: { type: 'string', default: '10' },
    /** Messages a second, over all links. */
    rate: { type: 'string', default: '1000' },
    patients: { type: 'string', default: '500' },
    built: { type: 'boolean', default: false },
  },
});
const messages = Number(values.messages);
const links = Number(values.links);
const rate = Number(values.rate);
const patients = Number(values.patients);
const WARM_UP = 300;
const PATIENCE = 1_800_000;

interface Sent {
  /** Milliseconds of each reply. */
  readonly times: readonly number[];
  readonly seconds: number;
}

/** Each link sends its share at its pace, as long as replies let it. */
async function sendAll(port: number, run: string, count: number): Promise<Sent> {
  const times: number[] = [];
  const started = performance.now();
  let next = 0;
  const link = async (place: number): Promise<void> => {
    const sender = openSender(port);
    for (let turn = 0; next < count; turn += 1) {
      const due = started + ((turn * links + place) * 1000) / rate;
      if (due > performance.now()) await pause(due - performance.now());
      const { controlId, text } = labResult(run, next, patients);
      next += 1;
      const sent = performance.now();
      const code = await sender.send(text, controlId);
      if (code !== 'AA') throw new Error(`${controlId} was answered ${code}`);
      times.push(performance.now() - sent);
    }
    sender.close();
  };
  await Promise.all(Array.from({ length: links }, (_, place) => link(place)));
  return { times: times.sort((a, b) => a - b), seconds: (performance.now() - started) / 1000 };
}

async function counted(store: Store, states: readonly string[]): Promise<number> {
  const [row] = await store.query<{ count: number }>({
    text: 'select count(*) as count from progress where state = any($1::text[])',
    values: [states],
  });
  return row?.count ?? 0;
}

async function untilApplied(store: Store, count: number): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    if ((await counted(store, ['applied'])) >= count) return;
    const lost = await counted(store, ['parked', 'dead', 'rejected']);
    if (lost > 0) throw new Error(`${lost} messages were not applied`);
    await pause(100);
  }
  throw new Error('messages were not applied in time');
}

function used(server: OwnServer, gateway: OwnGateway): readonly number[] {
  const database = server.database().pid;
  return [cpuOfTree(gateway.pid), cpuOfTree(server.pid, [database]), cpuOfTree(database)];
}

function at(times: readonly number[], share: number): string {
  return `${(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1)} ms`;
}

function signalServer(server: OwnServer, signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of processesOfTree(server.pid, [server.database().pid])) process.kill(pid, signal);
}

function perMessage(before: readonly number[], after: readonly number[]): string {
  const [own = 0, fhir = 0, database = 0] = after.map((cpu, place) => (cpu - (before[place] ?? 0)) / messages);
  return `CPU a message: gateway ${own.toFixed(2)} ms, server ${fhir.toFixed(2)} ms, database ${database.toFixed(2)} ms`;
}

/** First acknowledged only, as nothing can be applied; then applied, all of them waiting; then both at once. */
async function measure(server: OwnServer, gateway: OwnGateway, store: Store): Promise<void> {
  await sendAll(gateway.port, 'W', WARM_UP);
  await untilApplied(store, WARM_UP);

  signalServer(server, 'SIGSTOP');
  const stopped = used(server, gateway);
  const stored = await sendAll(gateway.port, 'S', messages).finally(() => {
    signalServer(server, 'SIGCONT');
  });
  const continued = used(server, gateway);
  report(`acknowledged only: ${figures(stored)}; ${perMessage(stopped, continued)}`);

  const started = performance.now();
  await untilApplied(store, WARM_UP + messages);
  const seconds = (performance.now() - started) / 1000;
  report(`applied only: ${(messages / seconds).toFixed(0)}/s; ${perMessage(continued, used(server, gateway))}`);

  const before = used(server, gateway);
  const begun = performance.now();
  const both = await sendAll(gateway.port, 'B', messages);
  await untilApplied(store, WARM_UP + 2 * messages);
  const whole = (performance.now() - begun) / 1000;
  report(
    `both: ${figures(both)}; applied ${(messages / whole).toFixed(0)}/s; ${perMessage(before, used(server, gateway))}`,
  );
}

function figures({ times, seconds }: Sent): string {
  return `${(messages / seconds).toFixed(0)}/s over ${links} links, p50 ${at(times, 0.5)}, p95 ${at(times, 0.95)}, p99 ${at(times, 0.99)}`;
}

function report(line: string): void {
  process.stdout.write(`${line}\n`);
}

if (!values.built) buildServer();
const server = await startOwnServer();
let gateway: OwnGateway | undefined;
let store: Store | undefined;
try {
  await createPartner(createClient(server.base), 'lab', 'LAB');
  gateway = await startOwnGateway(server);
  store = openStore({ connectionString: databaseOf(server), max: 2 });
  await measure(server, gateway, store);
} finally {
  await store?.close();
  await gateway?.stop();
  await server.dispose();
}
