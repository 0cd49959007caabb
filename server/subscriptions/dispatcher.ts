import { setImmediate } from 'node:timers/promises';
import { recentWrites, type VersionOf } from '../fhir/live/recent-writes.ts';
import { uuidv7 } from '../kernel/id.ts';
import type { Engine } from '../fhir/engine.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import { feedState, moveCursor, releaseCursor, takeCursor } from '../storage/change-cursor.ts';
import { positionBefore, readChanges, type ChangePosition } from '../storage/changes.ts';
import { insertEvents, type NewEvent, type StoredEvent } from '../storage/subscription-events.ts';
import type { Taking } from './deliverer.ts';
import type { Listener, Listeners } from './listeners.ts';
import { createMatcher, type Matched, type Matcher } from './match-changes.ts';

/** The name under which the feed's position is kept. */
const CURSOR = 'subscriptions';
/** Another process takes over when the one that reads has not said so for that long; ms. */
const LEASE = 4000;
/** Changes that are looked at together: few enough not to hold up requests of the process. */
const PAGE = 250;
/** Writes of this process that are kept until the feed comes to them: those of a look, and more. */
const RECENT = 1000;

/** Reads the feed and keeps, with its position, an event for each subscriber and version that was asked for. */
export interface Dispatcher {
  /** One look at the feed, to its end. */
  run(): Promise<Look>;
  /** Lets another process go on. */
  release(): Promise<void>;
}

export interface Look {
  /** Whether this process reads the feed. */
  readonly isReader: boolean;
  /** Whether a handshake, a heartbeat or an end of a Subscription is due. */
  readonly isDue: boolean;
}

const NOT_READER: Look = { isReader: false, isDue: false };

export interface DispatcherOptions {
  readonly engine: Engine;
  readonly listeners: Listeners;
  now(): number;
  /** Room for deliveries by this process, at once. */
  openTaking(): Taking;
  /** Events were added. @param left those of whom some were not taken at once */
  onEvents(left: readonly Listener[]): void;
  onBroken(listener: Listener, error: unknown): void;
  /** Those matches that are events for their listeners. */
  told(matched: readonly Matched[]): Promise<readonly Matched[]>;
  /** A change that cannot be looked at; the feed goes on without it. */
  onError(error: unknown): void;
}

interface Ready {
  readonly matcher: Matcher;
  readonly listeners: readonly Listener[];
  readonly registry: SearchRegistry;
}

export function createDispatcher({
  engine,
  listeners,
  now,
  openTaking,
  onEvents,
  onBroken,
  told,
  onError,
}: DispatcherOptions): Dispatcher {
  const { db } = engine;
  const owner = uuidv7(now());
  /** Undefined: another process reads. What is behind the kept one held nothing for anybody. */
  let position: ChangePosition | undefined;
  let leasedUntil = 0;
  let seen = 0;
  let ready: Ready | undefined;

  async function hold(): Promise<boolean> {
    if (position !== undefined && leasedUntil - now() > LEASE / 2) return true;
    const until = now() + LEASE;
    if (position !== undefined && !(await moveCursor(db, { name: CURSOR, owner, position, until })))
      position = undefined;
    position ??= await takeCursor(db, CURSOR, owner, now(), until);
    leasedUntil = until;
    return position !== undefined;
  }

  async function matcher(): Promise<Matcher> {
    const { registry } = engine;
    const { all } = listeners;
    if (ready?.listeners !== all || ready.registry !== registry) {
      ready = { listeners: all, registry, matcher: await createMatcher({ engine, listeners: all, onBroken, onError }) };
    }
    return ready.matcher;
  }

  /** @returns whether the feed was read to the bound; undefined: another process reads by now */
  async function readPage(
    reader: Matcher,
    from: ChangePosition,
    bound: number,
    passed: readonly VersionOf[],
  ): Promise<boolean | undefined> {
    const page = await readChanges(db, from, bound, reader.types, PAGE, passed);
    const found = await told(await reader.match(db, page.changes, now()));
    if (found.length > 0 && !(await keep(found, page.end))) {
      position = undefined;
      return undefined;
    }
    position = page.end;
    return page.isLast;
  }

  /** Events and position are committed together, and with them that this process delivers those for which it has room. */
  async function keep(found: readonly Matched[], end: ChangePosition): Promise<boolean> {
    const until = now() + LEASE;
    const taking = openTaking();
    const added = found.map((matched) => ({ matched, event: eventOf(matched, taking, now()) }));
    const events = added.map(({ event }) => event);
    let taken: ReadonlyMap<string, number> | undefined;
    try {
      const move = { name: CURSOR, owner, position: end, until };
      taken = await insertEvents(db, events, now(), move, taking.lease);
    } finally {
      taking.begin(
        added.flatMap(({ matched: { version }, event }) => {
          const number = taken?.get(event.id);
          return number === undefined ? [] : [{ event: storedEvent(event, number), version }];
        }),
      );
    }
    if (taken === undefined) return false;
    leasedUntil = until;
    onEvents(added.flatMap(({ matched, event }) => (taken.has(event.id) ? [] : [matched.listener])));
    return true;
  }

  /** @returns whether this process still reads */
  async function readTo(bound: number): Promise<boolean> {
    const reader = await matcher();
    // Writes of this process whose answers came with that of the bound are noted first, and need not be read.
    await setImmediate();
    const writes = recentWrites(engine);
    writes.keep(RECENT, reader);
    const passed = writes.takeNobodys(reader);
    for (let isLast = false; !isLast;) {
      if (position === undefined) return false;
      isLast = (await readPage(reader, position, bound, passed)) ?? false;
    }
    return true;
  }

  return {
    async run() {
      if (!(await hold())) {
        recentWrites(engine).keep(0);
        return NOT_READER;
      }
      await engine.fresh();
      const { bound, subscribers, isDue } = await feedState(db, now());
      if (bound === seen) return { isReader: true, isDue };
      await listeners.refresh(subscribers);
      if (listeners.all.length === 0) {
        recentWrites(engine).keep(0);
        position = positionBefore(bound);
      } else if (!(await readTo(bound))) return NOT_READER;
      seen = bound;
      return { isReader: true, isDue };
    },
    async release() {
      recentWrites(engine).keep(0);
      if (position !== undefined) await releaseCursor(db, CURSOR, owner, position);
      position = undefined;
    },
  };
}

function eventOf({ listener, change }: Matched, taking: Taking, now: number): NewEvent {
  const { tenant, pid, type, id, version, interaction, updated } = change;
  const isDelivered = listener.definition.channel?.kind !== 'websocket';
  return {
    subscriber: listener,
    id: uuidv7(now),
    tenant,
    pid,
    type,
    resourceId: id,
    version,
    interaction,
    at: updated,
    isDelivered,
    takenUntil: isDelivered ? taking.reserve(listener) : undefined,
  };
}

function storedEvent({ subscriber, ...event }: NewEvent, number: number): StoredEvent {
  return { ...event, home: subscriber.tenant, subscriber: subscriber.id, number, attempts: 1 };
}
