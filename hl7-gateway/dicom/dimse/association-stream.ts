import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** What is behind the gate, as dcmjs-dimse knows it: a socket. */
export interface AssociationStream {
  /** Has all that it uses of a socket: data, writes, ends; times are watched elsewhere. */
  readonly socket: Socket;
  /** Hands PDUs over. */
  deliver(pdus: readonly Buffer[]): void;
  /** No more comes; what it writes goes nowhere. */
  end(): void;
}

/** @param write what it sends goes here */
export function openAssociationStream(write: (bytes: Buffer) => void): AssociationStream {
  const stream = new Duplex({
    read: () => undefined,
    write(bytes: Buffer, _encoding, done) {
      write(bytes);
      done();
    },
  });
  const socket = Object.assign(stream, { setTimeout: () => stream });
  return {
    socket: socket as unknown as Socket,
    deliver(pdus) {
      for (const pdu of pdus) stream.push(pdu);
    },
    end: () => void stream.destroy(),
  };
}
