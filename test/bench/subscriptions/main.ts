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
/** Changes of one turn. The servers take turns, so that what else the machine does meets all of them. */
const TURN = Math.max(500, Math.ceil(CHANGES / 40));

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

const sum = ({ server, database }: Turn): number => server + database;

/** Without the first turn, in which code and plans are warmed up. */
function mean(numbers: readonly number[]): number {
  const counted = numbers.slice(1);
  return counted.reduce((total, each) => total + each, 0) / Math.max(1, counted.length);
}

function median(numbers: readonly number[]): number {
  return numbers.slice(1).toSorted((a, b) => a - b)[Math.floor((numbers.length - 1) / 2)] ?? 0;
}

function describe({ name, turns }: Server, first: readonly Turn[], events: string): string {
  const figure = (of: (turn: Turn) => number): number => mean(turns.map(of)) / TURN;
  const added = (mean(turns.map(sum)) / mean(first.map(sum)) - 1) * 100;
  // Turn by turn, as what else the machine does lasts for some turns and not for others.
  const ratios = turns.map((turn, round) => sum(turn) / sum(first[round] ?? turn));
  return (
    `${name}: ${figure(sum).toFixed(3)} ms a change ` +
    `(server ${figure(({ server }) => server).toFixed(3)} + database ${figure(({ database }) => database).toFixed(3)} ms), ` +
    `${added.toFixed(1)} % more, in the median turn ${((median(ratios) - 1) * 100).toFixed(1)} %; events: ${events}\n`
  );
}

const script = `require('http').createServer((q, s) => { q.resume(); q.on('end', () => s.end()) }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`;
const receiver = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
const servers: Server[] = [];
try {
  const [port] = (await once(createInterface({ input: receiver.stdout }), 'line')) as [string];
  for (const name of SETUPS) servers.push(await start(name, `http://127.0.0.1:${port}/`));
  for (let round = 0; round * TURN < CHANGES; round += 1) {
    const first = round % servers.length;
    for (const server of [...servers.slice(first), ...servers.slice(0, first)]) {
      const { turn } = await ask(server, { changes: TURN });
      if (turn !== undefined) server.turns.push(turn);
    }
  }
  for (const server of servers) {
    const { events = '' } = await ask(server, { changes: 0 });
    process.stdout.write(describe(server, servers[0]?.turns ?? [], events));
    await once(server.process, 'exit');
  }
} finally {
  for (const server of servers) server.process.kill();
  receiver.kill();
}
