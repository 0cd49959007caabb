import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../harness/eventually.ts';
import { openPeer } from './peer.ts';
import { queue } from './queued.ts';
import { openSchemaStore } from './schema-store.ts';

const PROGRAM = join(import.meta.dirname, 'sender.fixture.ts');
const COUNT = 120;

async function startSender(...settings: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...settings], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

test('a gateway that is killed while it sends loses nothing, keeps the order, and repeats a message as the same', async () => {
  const opened = await openSchemaStore();
  const peer = await openPeer();
  const settings = [opened.connectionString, String(peer.port)];
  const ids = Array.from({ length: COUNT }, (_, index) => `K${index}`);
  let sender: ChildProcess | undefined;
  try {
    await queue(opened.store, ids);
    // Now and then no reply comes, so that it is killed between message and reply, too.
    peer.react = (_message, count) => (count % 15 === 7 ? 'hang' : 'AA');
    for (let round = 0; round < 4; round += 1) {
      sender = await startSender(...settings);
      const before = peer.received.length;
      await until(() => peer.received.length > before + round * 3 || peer.received.length >= COUNT);
      await delay(20 * round);
      const ended = once(sender, 'exit');
      sender.kill('SIGKILL');
      await ended;
    }
    peer.react = () => 'AA';
    sender = await startSender(...settings);
    await until(async () => (await opened.sent()).every(({ state }) => state === 'acked'));
    const received = peer.received.map(({ controlId }) => controlId);
    // Each one, in order; repetitions only directly after one another.
    expect(received.filter((id, index) => id !== received[index - 1])).toEqual(ids);
    const texts = new Map<string, Set<string>>();
    for (const { controlId, raw } of peer.received) texts.set(controlId, (texts.get(controlId) ?? new Set()).add(raw));
    expect([...texts.values()].every(({ size }) => size === 1)).toBe(true);
  } finally {
    sender?.kill('SIGKILL');
    await peer.close();
    await opened.close();
  }
});
