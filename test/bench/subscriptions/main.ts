// `npm run bench:subscriptions -- [--changes N]`: what the change feed and subscriptions add to the CPU time of writes.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { SETUPS, type Asked, type SetupName, type Told, type Turn } from './setup.ts';

const { values } = parseArgs({ options: { changes: { type: 'string', default: '100000' } } });

/** Changes of each server. */
const CHANGES = Number(values.changes);
/** Each time with other processes and databases: equal ones differ by some percent for as long as they live. */
const REPEATS = 8;
/** Changes of one turn. The servers take turns, so that what else the machine does meets all of them; short ones, as its speed drifts. */
const TURN = 500;
/** Turns that do not count: code and plans are warmed up. */
const WARM_UP = 10;
const TURNS = WARM_UP + Math.ceil(CHANGES / TURN / REPEATS);

/** A process with a database of its own: in one process, code that is compiled for several servers is slower for each of them. */
interface Server {
  readonly name: SetupName;
  readonly process: ChildProcess;
  readonly turns: Turn[];
}

async function start(name: SetupName, receiver: string): Promise<Server> {
  const server = fork(join(import.meta.dirname, 'one-server.ts'), [name, receiver]);
  await told(server);
  return { name, process: server, turns: [] };
}

async function ask({ process: server }: Server, asked: Asked): Promise<Told> {
  server.send(asked);
  return told(server);
}

async function told(server: ChildProcess): Promise<Told> {
  const ended = new AbortController();
  const failed = once(server, 'exit', { signal: ended.signal }).then(([code]) => {
    throw new Error(`a server ended with code ${String(code)}`);
  });
  try {
    const [message] = (await Promise.race([once(server, 'message', { signal: ended.signal }), failed])) as [Told];
    return message;
  } finally {
    failed.catch(() => undefined);
    ended.abort();
  }
}

/** What the servers of one repeat used, by name, warmed up. */
type Used = ReadonlyMap<SetupName, readonly Turn[]>;

/** @param repeat the servers start, and begin, in another order each time */
async function repeatOnce(receiver: string, repeat: number): Promise<Used> {
  const servers: Server[] = [];
  try {
    for (const name of rotated(SETUPS, repeat)) servers.push(await start(name, receiver));
    for (let round = 0; round < TURNS; round += 1) {
      for (const server of rotated(servers, round)) {
        const { turn } = await ask(server, { changes: TURN });
        if (turn !== undefined) server.turns.push(turn);
      }
    }
    for (const server of servers) {
      const { events = '' } = await ask(server, { changes: 0 });
      process.stderr.write(`bench:subscriptions: repeat ${repeat + 1}, ${server.name}: events: ${events}\n`);
      await once(server.process, 'exit');
    }
    return new Map(servers.map(({ name, turns }) => [name, turns.slice(WARM_UP)]));
  } finally {
    for (const server of servers) server.process.kill();
  }
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

const sum = ({ server, database }: Turn): number => server + database;
const SHARES = [sum, ({ server }: Turn): number => server, ({ database }: Turn): number => database];

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0) / Math.max(1, numbers.length);
}

function describe(name: SetupName, repeats: readonly Used[]): string {
  const turnsOf = (used: Used, of: SetupName): readonly Turn[] => used.get(of) ?? [];
  const all = repeats.flatMap((used) => turnsOf(used, name));
  const figure = (of: (turn: Turn) => number): string => (mean(all.map(of)) / TURN).toFixed(3);
  const [plain] = SETUPS;
  const added = (some: readonly Used[], share = sum): number => {
    const costs = [name, plain].map((each) => mean(some.flatMap((used) => turnsOf(used, each)).map(share)));
    return ((costs[0] ?? NaN) / (costs[1] ?? NaN) - 1) * 100;
  };
  return (
    `${name}: ${figure(sum)} ms a change (server ${figure(({ server }) => server)} + database ` +
    `${figure(({ database }) => database)} ms), ${added(repeats).toFixed(1)} % more; by repeat, of all and of server and database: ` +
    `${repeats.map((used) => SHARES.map((share) => added([used], share).toFixed(1)).join(' ')).join(', ')}\n`
  );
}

const script = `require('http').createServer((q, s) => { q.resume(); q.on('end', () => s.end()) }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
const receiver = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const [port] = (await once(createInterface({ input: receiver.stdout }), 'line')) as [string];
  const repeats: Used[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    repeats.push(await repeatOnce(`http://127.0.0.1:${port}/`, repeat));
  }
  for (const name of SETUPS) process.stdout.write(describe(name, repeats));
} finally {
  receiver.kill();
}
