import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { eventually } from '../../harness/eventually.ts';

/** A sender that writes bytes as it is told, and keeps what it is answered. */
export interface MllpPeer {
  write(bytes: string | Uint8Array): void;
  /** In frames of their own. */
  send(...messages: readonly (string | Uint8Array)[]): void;
  /** Replies so far, once there are so many of them or the link is closed. */
  replies(count: number): Promise<readonly string[]>;
  isClosed(): boolean;
  end(): void;
}

export function framed(message: string | Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x0b]), Buffer.from(message), Buffer.from([0x1c, 0x0d])]);
}

export async function openPeer(port: number): Promise<MllpPeer> {
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let received = '';
  let isClosed = false;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => (received += text));
  socket.on('error', () => undefined);
  socket.on('close', () => (isClosed = true));
  const all = (): readonly string[] => [...received.matchAll(/\x0b([^\x1c]*)\x1c\r/g)].map(([, text = '']) => text);
  return {
    write: (bytes) => void socket.write(bytes),
    send: (...messages) => void socket.write(Buffer.concat(messages.map(framed))),
    replies: (count) => eventually(all, (those) => those.length >= count || isClosed),
    isClosed: () => isClosed,
    end: () => void socket.end(),
  };
}
