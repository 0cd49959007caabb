import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Principal } from '../access/principal.ts';
import { raiseLiveVersion } from '../storage/live-version.ts';
import { feedState } from '../storage/change-cursor.ts';
import { readVersions, versionText, type KeptVersion } from '../storage/changes.ts';
import { keepSubscriber, removeSubscriber } from '../storage/subscribers.ts';
import { sweepEvents, type StoredEvent } from '../storage/subscription-events.ts';
import type { Engine } from '../fhir/engine.ts';
import { serverContext } from '../fhir/request-context.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { readCriteria, splitCriteria } from '../fhir/subscriptions/criteria.ts';
import { simpleTrigger, type ChannelDefinition } from '../fhir/subscriptions/definition.ts';
import { parseStored } from '../fhir/write/current.ts';
import type { OutboundRules } from '../kernel/outbound-fetch.ts';
import { MAIN_TENANT } from '../storage/tenants.ts';
import { createDeliverer } from './deliverer.ts';
import { deliverEvent, type DeliveryContext } from './deliver-subscription.ts';
import { createDispatcher } from './dispatcher.ts';
import { createLifeCycle } from './life-cycle.ts';
import { createListeners, type Listener } from './listeners.ts';
import { createLoop } from './loop.ts';
import { subscriptionOperations } from './operations/subscription-operations.ts';
import { RETRIES } from './retry.ts';
import { setStatus } from './set-status.ts';
import type { Subscriber, SubscriberEvent } from './subscriber.ts';
import type { Target } from './target.ts';
import { toldChanges } from './told-changes.ts';
import { openWebsockets } from './websocket/open-websockets.ts';

export interface SubscriptionsOptions {
  readonly engine: Engine;
  /** Whom notifications may be sent to. */
  readonly outbound: OutboundRules;
  /** Milliseconds that a receiver may take. Default 10 s. */
  readonly timeout?: number;
  /** Undefined: this server sends no mail. */
  readonly sendMail?: DeliveryContext['sendMail'];
  /** See DeliveryContext. Default: principals stay what they were. */
  readonly principalNow?: DeliveryContext['principalNow'];
  /** Default: nothing is recorded. */
  readonly openTrail?: DeliveryContext['openTrail'];
  /** Pauses between attempts, ms; after the last one an event is a dead letter. Default: eleven attempts in a day. */
  readonly retries?: readonly number[];
  /** See WebsocketOptions. */
  readonly authenticate?: (incoming: IncomingMessage) => Principal | Promise<Principal>;
  /** See WebsocketOptions. Default: none. */
  readonly isAllowedOrigin?: (origin: string) => boolean | Promise<boolean>;
  now(): number;
  onError(error: unknown): void;
}

/** Subscriptions as one process serves them; any number of processes may. */
export interface Subscriptions {
  readonly operations: readonly Operation[];
  /**
   * Tells code of the server of changes, from now on; of what happened since it was registered first, in any process.
   * @throws Fault 422 for criteria that cannot be decided
   */
  register(subscriber: Subscriber): Promise<void>;
  /** This process no longer delivers to it; others do, and its events wait. */
  unregister(id: string): void;
  /** There is no such subscriber any more, anywhere. */
  remove(subscriber: Pick<Subscriber, 'id' | 'tenant'>): Promise<void>;
  /** Requests for a websocket: `server.on('upgrade', …)`; those of other paths are turned away. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Looks at once for changes and events. */
  wake(): void;
  close(): Promise<void>;
}

const TIMEOUT = 10_000;
const CODE_TIMEOUT = 30_000;
const CONCURRENCY = 4;
/** The whole of a delivery takes that much longer than the exchange with the receiver; ms. */
const SLACK = 2000;
/** How often feed and events are looked at, ms: while there are subscribers, and while there are none. */
const BUSY = 100;
const IDLE = 1000;
const SWEEP = 500;
const TIDY = 3_600_000;
const KEEP = 7 * 24 * 3_600_000;
const KEEP_DEAD = 90 * 24 * 3_600_000;

export function openSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { engine, now, onError, timeout = TIMEOUT } = options;
  const { db } = engine;
  const listeners = createListeners(db);
  const own = new Map<string, Subscriber>();
  const context: DeliveryContext = {
    engine,
    base: engine.settings.baseUrl,
    outbound: options.outbound,
    sendMail: options.sendMail,
    timeoutOf: (channel) => (channel.timeout === undefined ? timeout : Math.min(channel.timeout * 1000, timeout)),
    principalNow: options.principalNow ?? ((principal) => Promise.resolve(principal)),
    openTrail: options.openTrail,
    now,
  };
  const fail = async (listener: Listener, reason: string): Promise<void> => {
    await setStatus(engine, listener, { status: 'error', reason: `${reason.slice(0, 500)}.` });
  };

  let known:
    { readonly from: readonly Listener[]; readonly size: number; readonly targets: readonly Target[] } | undefined;
  let registrations = 0;

  function targets(): readonly Target[] {
    if (known?.from !== listeners.all || known.size !== registrations) {
      const made = listeners.all.flatMap((listener) => targetOf(listener) ?? []);
      known = { from: listeners.all, size: registrations, targets: made };
    }
    return known.targets;
  }

  function targetOf(listener: Listener): Target | undefined {
    const { channel } = listener.definition;
    if (listener.state !== 'active') return undefined;
    if (channel !== undefined) return channel.kind === 'websocket' ? undefined : channelTarget(listener, channel);
    const subscriber = own.get(listener.id);
    return subscriber === undefined ? undefined : codeTarget(engine, listener, subscriber);
  }

  function channelTarget(listener: Listener, channel: ChannelDefinition): Target {
    return {
      key: listener,
      timeout: context.timeoutOf(channel) + SLACK,
      concurrency: CONCURRENCY,
      deliver: (event, version) => deliverEvent(context, listener, channel, event, version),
      gaveUp: (_event, reason) => fail(listener, `Notifications failed for a day: ${reason}`),
    };
  }

  const dispatcher = createDispatcher({
    engine,
    listeners,
    now,
    told: (matched) => toldChanges(context, matched, onError),
    openTaking: () => deliverer.openTaking(),
    onEvents(left) {
      if (left.length > 0) {
        deliverer.expect(left);
        delivering.wake();
      }
      websockets.wake();
    },
    onBroken: (listener, error) => {
      if (listener.state !== 'active') return;
      onError(error);
      if (listener.definition.channel !== undefined) {
        fail(listener, 'The criteria cannot be read any more').catch(onError);
      }
    },
    onError,
  });
  const deliverer = createDeliverer({
    db,
    targets,
    retries: options.retries ?? RETRIES,
    now,
    onRoom: () => delivering.wake(),
    onHopeless: ({ key }, reason) => {
      const listener = listeners.all.find(({ tenant, id }) => tenant === key.tenant && id === key.id);
      return listener?.definition.channel === undefined ? Promise.resolve() : fail(listener, reason);
    },
    onError,
  });
  const websockets = openWebsockets({
    context,
    authenticate: options.authenticate,
    isAllowedOrigin: options.isAllowedOrigin ?? (() => false),
    onError,
  });
  const lifeCycle = createLifeCycle(context, onError);
  const reading = createLoop({
    async run() {
      const { isReader, isDue } = await dispatcher.run();
      if (!isReader) return IDLE;
      if (isDue) await lifeCycle.run();
      return listeners.all.length > 0 ? BUSY : IDLE / 2;
    },
    retry: IDLE,
    onError,
  });
  /** When all are asked for, whether anything is expected of them or not. */
  let sweepAt = -Infinity;
  const delivering = createLoop({
    async run() {
      let isSweep = performance.now() >= sweepAt;
      if (isSweep) {
        await engine.fresh();
        const { subscribers, isWaiting } = await feedState(db, now());
        await listeners.refresh(subscribers);
        isSweep = isWaiting;
        sweepAt = performance.now() + (targets().length === 0 ? IDLE : SWEEP);
      }
      return (await deliverer.run(isSweep)) ? 0 : Math.max(0, sweepAt - performance.now());
    },
    retry: IDLE,
    onError,
  });
  const tidying = createLoop({
    async run() {
      await sweepEvents(db, now() - KEEP, now() - KEEP_DEAD);
      return TIDY;
    },
    retry: TIDY,
    onError,
  });

  return {
    operations: subscriptionOperations(context),
    async register(subscriber) {
      const { id, tenant = 0, criteria, interactions } = subscriber;
      const { type, query } = splitCriteria(engine, criteria, 'criteria');
      const ctx = serverContext(engine, tenant || MAIN_TENANT, 'subscriptions', engine.settings.baseUrl);
      await readCriteria(engine, ctx, type, query, 'criteria');
      const definition = JSON.stringify({ triggers: [simpleTrigger(type, query, interactions)] });
      own.set(id, subscriber);
      registrations += 1;
      if (await keepSubscriber(db, { tenant, id }, definition)) await raiseLiveVersion(db, 'subscribers');
    },
    unregister(id) {
      own.delete(id);
      registrations += 1;
    },
    async remove({ id, tenant = 0 }) {
      own.delete(id);
      registrations += 1;
      await removeSubscriber(db, { tenant, id });
      await raiseLiveVersion(db, 'subscribers');
    },
    upgrade: (request, socket, head) => websockets.upgrade(request, socket, head),
    wake() {
      sweepAt = -Infinity;
      reading.wake();
      delivering.wake();
    },
    async close() {
      await Promise.all([reading.close(), delivering.close(), tidying.close()]);
      await websockets.close();
      await deliverer.close();
      await lifeCycle.close();
      await dispatcher.release();
    },
  };
}

function codeTarget(engine: Engine, key: Listener, subscriber: Subscriber): Target {
  return {
    key,
    timeout: subscriber.timeout ?? CODE_TIMEOUT,
    concurrency: subscriber.concurrency ?? CONCURRENCY,
    async deliver(event, version) {
      if (subscriber.isEnabled?.(event.tenant) === false) return 'dropped';
      const told = await subscriberEvent(engine, event, version);
      if (told === undefined) return 'dropped';
      await subscriber.deliver(told);
      return 'delivered';
    },
    // Whoever replays it makes it come again.
    gaveUp: () => Promise.resolve(),
  };
}

/** Undefined: the version was erased. */
async function subscriberEvent(
  engine: Engine,
  event: StoredEvent,
  known: KeptVersion | undefined,
): Promise<SubscriberEvent | undefined> {
  const { id, tenant, interaction, resourceId, version, at } = event;
  const kept = known ?? (await readVersions(engine.dbOf(tenant), [event])).get(versionText(event));
  if (kept === undefined) return undefined;
  const { body } = kept;
  const type = engine.definitions.typeName(event.type);
  const resource = body === null ? undefined : parseStored(type, { ...kept, body });
  return { id, tenant, interaction, type, resourceId, version, at, resource };
}
