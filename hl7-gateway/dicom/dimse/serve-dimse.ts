import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Log } from '../../../server/kernel/log.ts';
import { plainAddress } from '../../../server/kernel/networks.ts';
import { tlsOptions, type ListenerTls } from '../../mllp/tls-settings.ts';
import type { DicomPeer } from '../peers/peer.ts';
import { MAX_PDU } from './agree.ts';
import { openAssociationStream } from './association-stream.ts';
import type { DataSet } from './data-set.ts';
import { DimseProvider } from './dimse-provider.ts';
import type { DimseRequests } from './dimse-requests.ts';
import { messageCheck, type AgreedContext } from './message-check.ts';
import { openPduGate } from './pdu-gate.ts';
import { rareWarnings } from './rare-warnings.ts';

export interface DimseLimits {
  /** Connections at once, and of one address. */
  readonly associations: number;
  readonly associationsPerAddress: number;
  /** ms in which the association request must be there. */
  readonly associateTime: number;
  /** ms without a byte in either direction. */
  readonly idleTime: number;
  /** Bytes of an association request, and of a whole message. */
  readonly associateBytes: number;
  readonly messageBytes: number;
  /** Bytes that wait to be taken by the caller. */
  readonly unsentBytes: number;
}

export const DIMSE_LIMITS: DimseLimits = {
  associations: 64,
  associationsPerAddress: 16,
  associateTime: 10_000,
  idleTime: 120_000,
  associateBytes: 65_536,
  messageBytes: 1_048_576,
  unsentBytes: 16_777_216,
};

export interface DimseServerOptions {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly tls?: ListenerTls;
  /** Who calls from an address by these titles; undefined: nobody that may. */
  admit(calling: string, called: string, address: string): DicomPeer | undefined;
  readonly requests: DimseRequests;
  readonly log: Log;
  readonly limits: DimseLimits;
}

export interface DimseServer {
  readonly port: number;
  /** Connections at this moment. */
  associations(): number;
  close(): Promise<void>;
}

/**
 * Listens for DICOM's upper layer (https://dicom.nema.org/medical/dicom/current/output/chtml/part08/chapter_9.html).
 * @throws Error where the port cannot be listened on
 */
export async function serveDimse(options: DimseServerOptions): Promise<DimseServer> {
  const { host, port, tls, limits, log } = options;
  const warn = rareWarnings(log);
  const addresses = new Map<Socket, string>();
  const accept = (socket: Socket): void => {
    const address = plainAddress(socket.remoteAddress ?? '') ?? '';
    const ofAddress = [...addresses.values()].filter((each) => each === address).length;
    socket.on('error', () => socket.destroy());
    if (addresses.size >= limits.associations || ofAddress >= limits.associationsPerAddress) {
      warn({ address }, 'a DICOM connection is refused: there are too many');
      socket.destroy();
      return;
    }
    addresses.set(socket, address);
    socket.once('close', () => addresses.delete(socket));
    openAssociation(socket, address, { ...options, warn });
  };
  const server: Server = tls === undefined ? createServer(accept) : createTlsServer(tlsOptions(tls), accept);
  /** With those in their handshake. */
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    // Whoever is in a handshake is no association yet.
    if (sockets.size >= 2 * limits.associations) socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => warn({}, 'a DICOM connection without valid TLS'));
  const bound = await listen(server, host, port);
  return {
    port: bound,
    associations: () => addresses.size,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface AssociationOptions extends DimseServerOptions {
  readonly warn: ReturnType<typeof rareWarnings>;
}

function openAssociation(socket: Socket, address: string, options: AssociationOptions): void {
  const { limits, log, admit, requests, warn } = options;
  const contexts = new Map<number, AgreedContext>();
  const dataSets: DataSet[] = [];
  let caller = '';
  const stream = openAssociationStream((bytes) => {
    if (socket.writable) socket.write(bytes);
    if (socket.writableLength > limits.unsentBytes) socket.destroy();
  });
  const gate = openPduGate(
    { associate: limits.associateBytes, data: MAX_PDU, message: limits.messageBytes },
    messageCheck(contexts, (set) => dataSets.push(set)),
  );
  const provider = new DimseProvider(stream.socket, {
    requests,
    log,
    contexts,
    dataSets,
    admit(calling, called) {
      const peer = admit(calling, called, address);
      clearTimeout(slow);
      if (peer === undefined)
        warn({ address, calling, called }, 'a DICOM caller is refused: no active Endpoint names it');
      else caller = peer.aeTitle;
      return peer;
    },
    drained: () =>
      socket.writableNeedDrain
        ? new Promise((resolve) => void socket.once('drain', resolve).once('close', resolve))
        : nextTurn(),
    hangUp() {
      socket.destroySoon();
    },
  });
  const slow = setTimeout(() => socket.destroy(), limits.associateTime).unref();
  socket.setNoDelay(true);
  socket.setTimeout(limits.idleTime, () => socket.destroy());
  socket.on('data', (chunk) => {
    const taken = gate.take(chunk);
    if (typeof taken !== 'string') {
      try {
        stream.deliver(taken);
      } catch (err) {
        log.error({ err }, 'a DICOM association is ended by an error');
        socket.destroy();
      }
      return;
    }
    socket.pause();
    warn(
      { address, caller, problem: taken },
      'a DICOM connection is ended: what came is no message that is served here',
    );
    provider.refuse();
  });
  socket.once('close', () => {
    clearTimeout(slow);
    stream.end();
  });
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
