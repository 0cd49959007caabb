import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { framed } from './mllp-peer.ts';

/** One link of a sender as they are in the field: one message at a time, which is sent again until it is answered. */
export interface MllpSender {
  /** @returns MSA-1 of its reply. @throws when the sender was closed before */
  send(message: string, controlId: string): Promise<string>;
  /** How often something was sent again. */
  readonly repeats: number;
  close(): void;
}

const REPLY_PATIENCE = 15_000;
const RECONNECT_PAUSE = 50;

export function openSender(port: number): MllpSender {
  let socket: Socket | undefined;
  let repeats = 0;
  let isClosed = false;
  let received = '';

  async function connected(): Promise<Socket> {
    if (socket !== undefined && !socket.destroyed) return socket;
    const fresh = connect(port, '127.0.0.1');
    fresh.on('error', () => undefined);
    fresh.setNoDelay(true);
    fresh.setEncoding('latin1');
    await Promise.race([once(fresh, 'connect'), once(fresh, 'close').then(() => Promise.reject(new Error('refused')))]);
    received = '';
    fresh.on('data', (text: string) => (received += text));
    socket = fresh;
    return fresh;
  }

  /** What came before belongs to a message that was given up. */
  async function reply(link: Socket, controlId: string): Promise<string | undefined> {
    const end = performance.now() + REPLY_PATIENCE;
    for (;;) {
      const frame = /\x0b([^\x1c]*)\x1c\r/.exec(received);
      if (frame !== null) {
        received = received.slice(frame.index + frame[0].length);
        const [, code, id] = /\rMSA\|(..)\|([^\r|]*)/.exec(frame[1] ?? '') ?? [];
        if (id === controlId) return code;
        continue;
      }
      const left = end - performance.now();
      if (link.destroyed || left <= 0) return undefined;
      const abort = new AbortController();
      await Promise.race([
        once(link, 'data', { signal: abort.signal }),
        once(link, 'close', { signal: abort.signal }),
        pause(left, undefined, { signal: abort.signal }),
      ]).catch(() => undefined);
      abort.abort();
    }
  }

  return {
    async send(message, controlId) {
      for (;;) {
        if (isClosed) throw new Error('closed');
        try {
          const link = await connected();
          link.write(framed(message));
          const code = await reply(link, controlId);
          if (code !== undefined) return code;
          link.destroy();
        } catch {
          // Nobody listens; the next try may find somebody.
        }
        await pause(RECONNECT_PAUSE);
        repeats += 1;
      }
    },
    get repeats() {
      return repeats;
    },
    close() {
      isClosed = true;
      socket?.destroy();
    },
  };
}
