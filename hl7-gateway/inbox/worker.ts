import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../server/kernel/log.ts';
import { finishMessages, type FinishedMessage } from '../store/finish-messages.ts';
import type { Store } from '../store/open-store.ts';
import {
  FIRST_LANE,
  releaseMessages,
  renewLeases,
  takeMessages,
  type Lease,
  type TakenMessage,
} from '../store/take-messages.ts';
import type { InboxPorts } from './inbox-ports.ts';
import type { Outcomes } from './outcomes.ts';
import { isSuspect } from './retry.ts';
import { openServerGate } from './server-gate.ts';
import { workMessages } from './work-messages.ts';

/** Works on stored messages, in as many lanes at once as it may. Several gateways work on one inbox together. */
export interface Worker {
  /** There may be work. */
  wake(): void;
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly store: Store;
  readonly ports: InboxPorts;
  readonly outcomes: Outcomes;
  readonly log: Log;
  readonly lease: Lease;
  /** Messages that are delivered together. */
  readonly batch: number;
  /** Deliveries at once. */
  readonly deliveries: number;
  /** Whether senders wait too long for their replies: then there is one delivery at a time, with rests between them. */
  isBusy(): boolean;
}

/** Milliseconds after which it looks for what another gateway stored, or what is to be tried again. */
const POLL = 500;
const AFTER_STORE_FAILURE = 1000;
/**
 * Milliseconds that messages are gathered while others are being delivered: twenty in one delivery cost the server half of what they
 * cost one by one.
 */
const GATHERING = 25;
/** While senders wait, rests last so many times as long as the delivery before: what was taken is not lost, and is applied when it is quieter. */
const REST = 3;
/** Milliseconds that a rest lasts at most: however long senders wait, deliveries go on. */
const LONGEST_REST = 1000;

export function openWorker(options: WorkerOptions): Worker {
  const { store, ports, outcomes, log, lease } = options;
  const gate = openServerGate();
  const running = new Set<Promise<void>>();
  const held = new Set<number>();
  let cursor = FIRST_LANE;
  let gatherUntil = 0;
  let restUntil = 0;
  let isStopped = false;
  let hasNews = false;
  let rouse: (() => void) | undefined;

  function wake(): void {
    hasNews = true;
    rouse?.();
  }

  async function idle(pause: number): Promise<void> {
    if (hasNews || isStopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    rouse = undefined;
  }

  /** On from where it was the last time; from the beginning when that is not enough. */
  async function take(limit: number): Promise<readonly TakenMessage[]> {
    const from = cursor;
    let taken = await takeMessages(store, lease, limit, from, [...held]);
    if (taken.length < limit && from !== FIRST_LANE) {
      taken = [...taken, ...(await takeMessages(store, lease, limit - taken.length, FIRST_LANE, [...held]))];
    }
    const last = taken.at(-1)?.lane;
    cursor = last === undefined || taken.length < limit ? FIRST_LANE : last;
    return taken;
  }

  async function work(taken: readonly TakenMessage[]): Promise<void> {
    const { finished, released, down } = await workMessages(ports, log, taken);
    if (down !== undefined) {
      if (gate.failed()) log.warn({ reason: down }, 'the server does not answer; messages wait');
    } else if (gate.answered()) log.info('the server answers again');
    if (released.length > 0) await releaseMessages(store, lease.owner, released);
    if (finished.length === 0) return;
    const own = await finishMessages(store, lease.owner, finished);
    for (const one of finished) if (own.has(one.seq)) tell(log, one, taken);
    outcomes.ended(own);
  }

  function start(taken: readonly TakenMessage[]): void {
    for (const { seq } of taken) held.add(seq);
    const started = performance.now();
    const run = work(taken)
      .catch((err: unknown) => log.error({ err }, 'results could not be stored; the messages are worked on again'))
      .finally(() => {
        for (const { seq } of taken) held.delete(seq);
        running.delete(run);
        const ended = performance.now();
        restUntil = ended + Math.min((ended - started) * REST, LONGEST_REST);
        wake();
      });
    running.add(run);
  }

  /** @returns how long there is nothing to do; 0: there may be more */
  async function turn(): Promise<number> {
    hasNews = false;
    const pause = gate.pause();
    if (pause > 0) return pause;
    const isBusy = options.isBusy();
    if (running.size >= (gate.isDown || isBusy ? 1 : options.deliveries)) return POLL;
    const rest = restUntil - performance.now();
    if (isBusy && rest > 0) return rest;
    const gathering = gatherUntil - performance.now();
    if (gathering > 0 && running.size > 0) await Promise.race([...running, delay(gathering)]);
    const limit = gate.isDown ? 1 : options.batch;
    const taken = await take(limit);
    gatherUntil = taken.length < limit ? performance.now() + GATHERING : 0;
    if (taken.length === 0) return POLL;
    const suspect = taken.find(isSuspect);
    if (suspect !== undefined) {
      await releaseMessages(
        store,
        lease.owner,
        taken.flatMap(({ seq }) => (seq === suspect.seq ? [] : [seq])),
      );
      start([suspect]);
      return 0;
    }
    const failedBefore = taken.filter(({ attempts }) => attempts > 0);
    for (const one of failedBefore) start([one]);
    if (failedBefore.length < taken.length) start(taken.filter(({ attempts }) => attempts === 0));
    return 0;
  }

  async function run(): Promise<void> {
    let isFailing = false;
    while (!isStopped) {
      try {
        const pause = await turn();
        isFailing = false;
        if (pause > 0) await idle(pause);
      } catch (err) {
        if (!isFailing) log.error({ err }, 'messages cannot be taken from the store');
        isFailing = true;
        hasNews = false;
        await idle(AFTER_STORE_FAILURE);
      }
    }
  }

  const renewal = setInterval(() => {
    if (held.size === 0) return;
    // Where it fails the lease ends, and somebody else goes on.
    renewLeases(store, lease, [...held]).catch(() => undefined);
  }, lease.duration / 3);
  const loop = run();
  return {
    wake,
    async stop() {
      isStopped = true;
      wake();
      await loop;
      await Promise.all(running);
      clearInterval(renewal);
    },
  };
}

/** A line for each that does not go on by itself. */
function tell(log: Log, { seq, state, reason, note }: FinishedMessage, taken: readonly TakenMessage[]): void {
  const message = taken.find((each) => each.seq === seq);
  const facts = { message: message?.id, partner: message?.partner, reason };
  if (state === 'dead') log.error({ ...facts, note }, 'a message is dead');
  else if (state === 'failed') log.warn({ ...facts, note }, 'a message failed; it is tried again');
  else if (state === 'parked') log.info(facts, 'a message waits for a person');
}
