import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Principal } from '../../access/principal.ts';
import type { SubscriberOwner } from '../../fhir/subscriptions/definition.ts';
import { Fault } from '../../kernel/fault.ts';
import { lastNumbers } from '../../storage/subscribers.ts';
import { takeToken } from '../../storage/subscription-tokens.ts';
import { bundleOf, type DeliveryContext } from '../deliver-subscription.ts';
import { keyText } from '../listeners.ts';
import { createLoop } from '../loop.ts';
import { tokenHash, WEBSOCKET_PATH } from '../operations/binding-token.ts';
import { bindingOf, messagesOf, type Binding } from './binding.ts';
import { isForeignOrigin } from './origin.ts';

export interface WebsocketOptions {
  readonly context: DeliveryContext;
  /** Who opens a websocket, for `bind ID`; tokens need none. Undefined: only tokens bind. */
  readonly authenticate?: ((incoming: IncomingMessage) => Principal | Promise<Principal>) | undefined;
  /** Pages of which other origins may connect. */
  isAllowedOrigin(origin: string): boolean | Promise<boolean>;
  onError(error: unknown): void;
}

/**
 * Websockets of this process. Each follows the events of its Subscriptions by their numbers, so that it does not matter
 * which process the client reached; what it misses while it is away it reads by $events.
 * https://hl7.org/fhir/R4/subscription.html#2.46.7.2 http://hl7.org/fhir/uv/subscriptions-backport/channels.html#websockets
 */
export interface Websockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Looks for events at once. */
  wake(): void;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 1000;
const MAX_BINDINGS = 50;
const MAX_MESSAGE = 4096;
/** A client that does not read is left behind that many bytes. */
const MAX_BEHIND = 8_388_608;
/** Who does not bind in that time is sent away; ms. */
const TO_BIND = 30_000;
const PING = 30_000;
const LOOK = 150;
const ENDED = 1000;
const REFUSED = 1008;
const GOING_AWAY = 1001;
const TOO_SLOW = 1013;

interface Client {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly bindings: Binding[];
  isAlive: boolean;
  /** Messages are read one after the other. */
  reading: Promise<void>;
}

export function openWebsockets(options: WebsocketOptions): Websockets {
  const { context, onError } = options;
  const { engine, now } = context;
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, clientTracking: false });
  const clients = new Set<Client>();

  function greet(socket: WebSocket, request: IncomingMessage): void {
    const client: Client = { socket, request, bindings: [], isAlive: true, reading: Promise.resolve() };
    clients.add(client);
    const unbound = setTimeout(() => {
      if (client.bindings.length === 0) socket.close(REFUSED, 'not bound');
    }, TO_BIND).unref();
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => (client.isAlive = true));
    socket.on('close', () => {
      clearTimeout(unbound);
      clients.delete(client);
    });
    socket.on('message', (data, isBinary) => {
      const text = isBinary ? '' : (data as Buffer).toString('utf8').trim();
      client.reading = client.reading.then(() => read(client, text)).catch((error: unknown) => refuse(client, error));
    });
  }

  /** https://hl7.org/fhir/R4/subscription.html#2.46.7.2: `bind ID`; the backport: `bind-with-token: TOKEN` */
  async function read(client: Client, text: string): Promise<void> {
    const [, token] = /^bind-with-token:? *([A-Za-z0-9_-]{20,100})$/.exec(text) ?? [];
    if (token !== undefined) return bindByToken(client, token);
    const [, id] = /^bind:? *([A-Za-z0-9.-]{1,64})$/.exec(text) ?? [];
    if (id === undefined) throw new Error('send "bind-with-token: TOKEN" or "bind ID"');
    if (options.authenticate === undefined) throw new Error('this server takes bind-with-token only');
    await bind(client, { principal: await options.authenticate(client.request), since: now() }, id, 'ping');
  }

  async function bindByToken(client: Client, token: string): Promise<void> {
    const taken = await takeToken(engine.db, tokenHash(token), now());
    if (taken === undefined) throw new Error('the token is unknown, was used or has expired; get another one');
    for (const id of taken.subscriptions) await bind(client, JSON.parse(taken.binder) as SubscriberOwner, id, 'bundle');
  }

  async function bind(client: Client, binder: SubscriberOwner, id: string, form: Binding['form']): Promise<void> {
    if (client.bindings.length >= MAX_BINDINGS)
      throw new Error(`at most ${MAX_BINDINGS} Subscriptions are bound to one socket`);
    await engine.fresh();
    const { binding, listener } = await bindingOf(context, binder, id, form);
    const { channel } = listener.definition;
    client.bindings.push(binding);
    if (form === 'ping') client.socket.send(`bound ${id}`);
    else if (channel !== undefined) client.socket.send(bundleOf(context, listener, channel, 'handshake', []));
  }

  /** The reason goes to the client; it has room for 123 bytes. */
  function refuse({ socket }: Client, error: unknown): void {
    const text = error instanceof Fault ? (error.issues[0]?.text ?? error.code) : (error as Error).message;
    if ('severity' in (error as object)) onError(error);
    socket.close(REFUSED, Buffer.from(text).subarray(0, 120).toString('utf8').replaceAll('\ufffd', ''));
  }

  /** @param numbers of the last events, by Subscription */
  async function serve({ socket, bindings }: Client, numbers: ReadonlyMap<string, number>): Promise<void> {
    for (const binding of bindings) {
      const messages = await messagesOf(context, binding, numbers.get(keyText(binding.key)));
      if (messages === undefined) {
        socket.close(ENDED, `${binding.key.id} ended`);
        return;
      }
      for (const message of messages) socket.send(message);
    }
    if (socket.bufferedAmount > MAX_BEHIND) socket.close(TOO_SLOW, 'too slow');
  }

  const looking = createLoop({
    async run() {
      await engine.fresh();
      const keys = new Map([...clients].flatMap(({ bindings }) => bindings.map(({ key }) => [keyText(key), key])));
      if (keys.size === 0) return LOOK;
      const numbers = await lastNumbers(engine.db, [...keys.values()]);
      const byKey = new Map(numbers.map((row) => [keyText(row), row.lastNumber]));
      for (const client of clients) {
        // What was bound meanwhile is looked at next time.
        const isAsked = client.bindings.every(({ key }) => keys.has(keyText(key)));
        if (client.socket.readyState !== client.socket.OPEN || !isAsked) continue;
        await serve(client, byKey).catch((error: unknown) => refuse(client, error));
      }
      return LOOK;
    },
    retry: LOOK * 10,
    onError,
  });
  const pinging = setInterval(() => {
    for (const client of clients) {
      if (!client.isAlive) client.socket.terminate();
      client.isAlive = false;
      client.socket.ping();
    }
  }, PING).unref();

  async function open(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if (await isForeignOrigin(request, (origin) => options.isAllowedOrigin(origin))) turnAway(socket, '403 Forbidden');
    else if (clients.size >= MAX_CONNECTIONS) turnAway(socket, '503 Service Unavailable');
    else server.handleUpgrade(request, socket, head, (opened) => greet(opened, request));
  }

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy());
      const path = (request.url ?? '').split('?')[0];
      if (path !== WEBSOCKET_PATH) {
        turnAway(socket, '404 Not Found');
        return;
      }
      void open(request, socket, head).catch((error: unknown) => {
        onError(error);
        turnAway(socket, '503 Service Unavailable');
      });
    },
    wake: () => looking.wake(),
    async close() {
      clearInterval(pinging);
      await looking.close();
      for (const { socket } of clients) socket.close(GOING_AWAY, 'the server goes away');
      // Clients that do not answer the goodbye must not hold up the end.
      setTimeout(() => clients.forEach(({ socket }) => socket.terminate()), 1000).unref();
      server.close();
    },
  };
}

function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
