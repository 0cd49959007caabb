import { randomUUID } from 'node:crypto';
import { Fault } from '../kernel/fault.ts';
import type { KeptVersion } from '../storage/changes.ts';
import type { Db } from '../storage/db.ts';
import { postponeEvent, returnEvent, takeEvents, type Room, type StoredEvent } from '../storage/subscription-events.ts';
import type { SubscriberKey } from '../storage/subscribers.ts';
import { createFinisher } from './finisher.ts';
import { keyText } from './listeners.ts';
import { pauseAfter } from './retry.ts';
import { Hopeless, type Target } from './target.ts';

/** Takes events that are due and delivers them: many subscribers side by side, of each a few at a time. */
export interface Deliverer {
  /** Events of these may be due: the next run asks for them. */
  expect(keys: readonly SubscriberKey[]): void;
  /**
   * Takes what there is room for, of those for whom something is expected.
   * @param isSweep of all: other processes add events too, and what was postponed becomes due
   * @returns whether there is more to ask for at once
   */
  run(isSweep: boolean): Promise<boolean>;
  /** Room for events that are about to be added. */
  openTaking(): Taking;
  /** Gives back what is not begun, and waits for the rest. */
  close(): Promise<void>;
}

/** Events that are delivered by the process that adds them need not be asked for. */
export interface Taking {
  /** UUID under which they are taken. */
  readonly lease: string;
  /** Room for one event of a subscriber. @returns when its lease ends, ms; undefined: there is none */
  reserve(key: SubscriberKey): number | undefined;
  /** To be called once, whatever became of them: those that were added under the lease are delivered. */
  begin(taken: readonly TakenEvent[]): void;
}

export interface TakenEvent {
  readonly event: StoredEvent;
  readonly version: KeptVersion;
}

export interface DelivererOptions {
  readonly db: Db;
  /** Those that this process serves now. */
  targets(): readonly Target[];
  readonly retries: readonly number[];
  now(): number;
  /** A delivery ended: there may be room again. */
  onRoom(): void;
  /** The subscriber was stopped for that reason. */
  onHopeless(target: Target, reason: string): Promise<void>;
  onError(error: unknown): void;
}

/** Deliveries at once in one process. */
const MAX_RUNNING = 100;
/** A lease lasts that much longer than a delivery may take; ms. */
const GRACE = 5000;
/** After so many failures in a row a subscriber is asked one event at a time, with pauses up to the longest; ms. */
const PATIENCE = 5;
const SHORTEST_REST = 500;
const LONGEST_REST = 60_000;

/** What this process knows of a subscriber. */
interface Course {
  running: number;
  failures: number;
  restsUntil: number;
}

export function createDeliverer(options: DelivererOptions): Deliverer {
  const { db, now, retries } = options;
  const courses = new Map<string, Course>();
  const underWay = new Set<Promise<void>>();
  const finisher = createFinisher({
    db,
    underWay: () => underWay.size,
    onMore: (keys) => expectAll(keys),
    now,
  });
  /** Texts of the keys of those for whom something is expected. */
  const expected = new Set<string>();
  let known: { readonly all: readonly Target[]; readonly byKey: ReadonlyMap<string, Target> } | undefined;
  let isClosed = false;

  function byKey(): ReadonlyMap<string, Target> {
    const all = options.targets();
    if (known?.all !== all) known = { all, byKey: new Map(all.map((target) => [keyText(target.key), target])) };
    return known.byKey;
  }

  function courseOf(target: Target): Course {
    const key = keyText(target.key);
    let course = courses.get(key);
    if (course === undefined) courses.set(key, (course = { running: 0, failures: 0, restsUntil: 0 }));
    return course;
  }

  function expectAll(keys: readonly SubscriberKey[]): void {
    for (const key of keys) expected.add(keyText(key));
  }

  function roomOf(target: Target, at: number): Omit<Room, keyof SubscriberKey> | undefined {
    const course = courseOf(target);
    const most = course.failures >= PATIENCE ? 1 : target.concurrency;
    const count = most - course.running;
    if (count <= 0 || course.restsUntil > at) return undefined;
    return { count, until: at + target.timeout + GRACE };
  }

  function rooms(at: number, targets: readonly Target[]): readonly Room[] {
    // Whoever stands at the end today stands in front tomorrow.
    return shuffled(targets).flatMap((target) => {
      const room = roomOf(target, at);
      return room === undefined ? [] : [{ ...target.key, ...room }];
    });
  }

  async function deliver(target: Target, event: StoredEvent, lease: string, version?: KeptVersion): Promise<void> {
    const course = courseOf(target);
    course.running += 1;
    try {
      const state = await limited(target, event, version);
      course.failures = 0;
      await finisher.finish({ event, lease, state });
    } catch (error) {
      expected.add(keyText(target.key));
      const reason = reasonOf(error);
      course.failures += 1;
      if (course.failures >= PATIENCE) {
        const rest = Math.min(SHORTEST_REST * 2 ** (course.failures - PATIENCE), LONGEST_REST);
        course.restsUntil = now() + rest;
      }
      if (error instanceof Hopeless) {
        await returnEvent(db, event, lease, now());
        await options.onHopeless(target, reason);
        return;
      }
      const pause = pauseAfter(event.attempts, retries, Math.random);
      if (pause !== undefined) await postponeEvent(db, event, lease, now() + pause, reason);
      else {
        await finisher.finish({ event, lease, state: 'dead', error: reason });
        await target.gaveUp(event, reason);
      }
    } finally {
      course.running -= 1;
    }
  }

  function start(event: StoredEvent, lease: string, version?: KeptVersion): void {
    const target = byKey().get(keyText({ tenant: event.home, id: event.subscriber }));
    if (target === undefined) return;
    // What fails here is the database: the lease ends, and the event comes again.
    const delivery = deliver(target, event, lease, version)
      .catch(options.onError)
      .finally(() => {
        underWay.delete(delivery);
        finisher.lessToCome();
        if (expected.size > 0) options.onRoom();
      });
    underWay.add(delivery);
  }

  function openTaking(): Taking {
    const lease = randomUUID();
    const reserved: Course[] = [];
    return {
      lease,
      reserve(key) {
        const target =
          isClosed || underWay.size + reserved.length >= MAX_RUNNING ? undefined : byKey().get(keyText(key));
        const room = target && roomOf(target, now());
        if (target === undefined || room === undefined) return undefined;
        const course = courseOf(target);
        course.running += 1;
        reserved.push(course);
        return room.until;
      },
      begin(taken) {
        for (const course of reserved.splice(0)) course.running -= 1;
        for (const { event, version } of taken) start(event, lease, version);
      },
    };
  }

  /** @returns those to ask for now; they are expected no more */
  function takeExpected(): readonly Target[] {
    const keys = [...expected];
    expected.clear();
    return keys.flatMap((key) => byKey().get(key) ?? []);
  }

  return {
    expect: expectAll,
    async run(isSweep) {
      if (isSweep) for (const key of byKey().keys()) expected.add(key);
      const left = MAX_RUNNING - underWay.size;
      // What is expected stays so until a delivery ends: then all have their turn, not only those who were busy.
      if (isClosed || left <= 0) return false;
      const targets = takeExpected();
      const asked = rooms(now(), targets);
      if (asked.length === 0) return false;
      const lease = randomUUID();
      let events: readonly StoredEvent[];
      try {
        events = await takeEvents(db, asked, left, now(), lease);
      } catch (error) {
        for (const { key } of targets) expected.add(keyText(key));
        throw error;
      }
      for (const event of events) start(event, lease);
      // Some may not have had their turn.
      if (events.length >= left) for (const room of asked) expected.add(keyText(room));
      return expected.size > 0 && underWay.size < MAX_RUNNING;
    },
    openTaking,
    async close() {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}

/** A delivery that does not end in time has failed, whatever becomes of it. */
async function limited(
  target: Target,
  event: StoredEvent,
  version: KeptVersion | undefined,
): Promise<'delivered' | 'dropped'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new Error(`no end within ${target.timeout} ms`));
    timer = setTimeout(fail, target.timeout);
  });
  try {
    return await Promise.race([target.deliver(event, version), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For administrators; what a receiver answered is not in it. */
function reasonOf(error: unknown): string {
  if (error instanceof Fault) return error.issues[0]?.text ?? error.code;
  if (!(error instanceof Error)) return 'failed';
  const { code } = error as { readonly code?: unknown };
  return error.message === '' && typeof code === 'string' ? code : error.message;
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  const start = Math.floor(Math.random() * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}
