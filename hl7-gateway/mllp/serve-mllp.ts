import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { uuidv7 } from '../../server/kernel/id.ts';
import { openLink, type OpenLink } from './link.ts';
import {
  DEFAULT_LIMITS,
  type LinkEvent,
  type MllpLimits,
  type MllpLink,
  type Receive,
  type Refuse,
} from './mllp-link.ts';
import { clientFingerprint, tlsOptions, type ListenerTls } from './tls-settings.ts';

export interface MllpListener {
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly tls?: ListenerTls;
}

export interface MllpServerOptions {
  readonly listeners: readonly MllpListener[];
  readonly receive: Receive;
  readonly refuse?: Refuse;
  readonly onEvent?: (event: LinkEvent, link: MllpLink) => void;
  /** Connections that were not taken at all: too many, or no TLS. */
  readonly onTurnedAway?: (why: 'full' | 'tls', remoteAddress: string) => void;
  readonly limits?: Partial<MllpLimits>;
}

export interface MllpServer {
  /** In the order of the listeners. */
  readonly ports: readonly number[];
  connections(): number;
  /** Takes no more messages, lets those under way have their replies for `closeTime`, and closes all connections. */
  close(): Promise<void>;
}

/** ms between looks at how long links have been without progress. */
const CHECK_PAUSE = 500;
/** TLS connections beyond the limit that may be in their handshake. */
const HANDSHAKES = 64;

/**
 * Listens for HL7 over MLLP, plain or in TLS. Each link hands over one message at a time (or as many as the window says) and reads on
 * when that is answered. Frames that did not come to their end are events, never messages.
 * @throws Error where a port cannot be listened on
 */
export async function serveMllp(options: MllpServerOptions): Promise<MllpServer> {
  const limits: MllpLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const links = new Set<OpenLink>();
  const onEvent = options.onEvent ?? (() => undefined);

  const mayHold = (bytes: number): boolean =>
    bytes <= limits.maxHeld / limits.maxConnections || sum([...links].map((link) => link.held())) <= limits.maxHeld;

  const accept = (socket: Socket, listener: MllpListener): void => {
    const remoteAddress = plainAddress(socket.remoteAddress ?? '');
    if (!hasRoom(links, remoteAddress, limits)) {
      socket.on('error', () => undefined);
      socket.destroy();
      options.onTurnedAway?.('full', remoteAddress);
      return;
    }
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    const certificate =
      socket instanceof TLSSocket && listener.tls !== undefined ? clientFingerprint(socket, listener.tls) : undefined;
    const identity = { id: uuidv7(Date.now()), localPort: socket.localPort ?? listener.port, remoteAddress };
    const link = openLink(socket, certificate === undefined ? identity : { ...identity, certificate }, {
      limits,
      receive: options.receive,
      refuse: options.refuse,
      onEvent,
      mayHold,
    });
    links.add(link);
    socket.once('close', () => links.delete(link));
  };

  const servers = options.listeners.map((listener) => createListener(listener, accept, limits, options.onTurnedAway));
  /** With those that are still in their handshake. */
  const sockets = new Set<Socket>();
  for (const server of servers) {
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
  }
  const ports: number[] = [];
  try {
    for (const [index, server] of servers.entries()) ports.push(await listen(server, options.listeners[index]));
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  const checks = setInterval(() => {
    const now = performance.now();
    for (const link of links) link.check(now);
  }, CHECK_PAUSE).unref();

  return {
    ports,
    connections: () => links.size,
    async close() {
      clearInterval(checks);
      const stopped = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      const late = setTimeout(() => {
        for (const link of links) link.destroy('server');
      }, limits.closeTime);
      await Promise.all([...links].map((link) => link.finish()));
      clearTimeout(late);
      for (const socket of sockets) socket.destroy();
      await Promise.all(stopped);
    },
  };
}

function createListener(
  listener: MllpListener,
  accept: (socket: Socket, listener: MllpListener) => void,
  limits: MllpLimits,
  onTurnedAway: MllpServerOptions['onTurnedAway'],
): Server {
  // Peers that shut their side after the last message still wait for its reply.
  const allowHalfOpen = true;
  const { tls } = listener;
  if (tls === undefined) return createServer({ allowHalfOpen }, (socket) => accept(socket, listener));
  const server = createTlsServer({ ...tlsOptions(tls), allowHalfOpen }, (socket) => {
    if (tls.clientCertificate === 'required' && clientFingerprint(socket, tls) === undefined) {
      socket.on('error', () => undefined);
      socket.destroy();
      onTurnedAway?.('tls', plainAddress(socket.remoteAddress ?? ''));
    } else accept(socket, listener);
  });
  server.maxConnections = limits.maxConnections + HANDSHAKES;
  return server.on('tlsClientError', (_, socket) => {
    onTurnedAway?.('tls', plainAddress(socket.remoteAddress ?? ''));
    // Half open sockets are not ended by Node when their handshake fails.
    socket.destroy();
  });
}

function listen(server: Server, listener: MllpListener | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(listener?.port, listener?.host, () => {
      server.off('error', reject);
      // What a listener cannot take (no file descriptors left) is the peer's to try again.
      server.on('error', () => undefined);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Makes room by closing the link that has been idle longest, of those that never sent a message. */
function hasRoom(links: ReadonlySet<OpenLink>, address: string, limits: MllpLimits): boolean {
  const ofAddress = [...links].filter(({ remoteAddress }) => remoteAddress === address);
  const isFull = links.size >= limits.maxConnections;
  if (!isFull && ofAddress.length < limits.maxConnectionsPerAddress) return true;
  const idle = (isFull ? [...links] : ofAddress)
    .filter((link) => !link.hasReceived() && link.idleSince() !== undefined)
    .sort((a, b) => (a.idleSince() ?? 0) - (b.idleSince() ?? 0));
  idle[0]?.destroy('room');
  return idle.length > 0;
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, '');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
