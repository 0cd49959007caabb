import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a receiver does with a request: a status, or nothing at all. */
export type Reaction = (received: Received) => number | 'hang';

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Default: 200. */
  react(reaction: Reaction): void;
  /** Waits until so many requests came, or fails. */
  until(count: number, timeout?: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let reaction: Reaction = () => 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      received.push(one);
      const status = reaction(one);
      if (status !== 'hang') response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    react: (next) => (reaction = next),
    async until(count, timeout = 60_000) {
      const end = performance.now() + timeout;
      while (received.length < count) {
        if (performance.now() > end) throw new Error(`${received.length} of ${count} requests came`);
        await pause(20);
      }
      return received;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
