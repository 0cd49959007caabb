import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from '../../harness/eventually.ts';

export const VT = '\x0b';
const END = '\x1c\r';

export function framed(...messages: readonly string[]): string {
  return messages.map((message) => VT + message + END).join('');
}

/** A peer that writes what it is told, and keeps what it gets. */
export interface RawLink {
  readonly socket: Socket;
  write(text: string): void;
  /** Everything that came so far. */
  received(): string;
  /** Waits until this came, and nothing else. */
  receives(text: string): Promise<void>;
  isClosed(): boolean;
}

export async function openRawLink(port: number): Promise<RawLink> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  let isClosed = false;
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  // The server is done; a peer that only wrote is done, too.
  socket.on('end', () => socket.end());
  await once(socket, 'connect');
  return {
    socket,
    write: (text) => void socket.write(text, 'latin1'),
    received: () => received,
    async receives(text) {
      await until(() => received.length >= text.length || isClosed);
      expect(received).toBe(text);
    },
    isClosed: () => isClosed,
  };
}
