import type { Db } from '../storage/db.ts';
import { finishEvents, type EndedEvent } from '../storage/subscription-events.ts';
import type { SubscriberKey } from '../storage/subscribers.ts';

/** Ends events: deliveries that end at about the same time share a statement and its commit. */
export interface Finisher {
  /** Resolves when it is committed. */
  finish(ended: EndedEvent): Promise<void>;
  /** There is one delivery fewer to wait for. */
  lessToCome(): void;
}

export interface FinisherOptions {
  readonly db: Db;
  /** Deliveries under way, those that wait here among them. */
  underWay(): number;
  /** They have other events that are due. */
  onMore(keys: readonly SubscriberKey[]): void;
  now(): number;
  /** How long one waits for others, ms; {@link LINGER} when absent. */
  readonly linger?: number;
}

const LINGER = 5;

interface Waiting {
  readonly ended: EndedEvent;
  resolve(): void;
  reject(error: unknown): void;
}

export function createFinisher({ db, underWay, onMore, now, linger = LINGER }: FinisherOptions): Finisher {
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const all = waiting;
    waiting = [];
    try {
      onMore(
        await finishEvents(
          db,
          all.map(({ ended }) => ended),
          now(),
        ),
      );
      for (const { resolve } of all) resolve();
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }

  /** At once when nobody else is to come. */
  function flushOrWait(): void {
    if (waiting.length === 0) return;
    if (waiting.length >= underWay()) void flush();
    else timer ??= setTimeout(() => void flush(), linger);
  }

  return {
    finish(ended) {
      return new Promise((resolve, reject) => {
        waiting.push({ ended, resolve, reject });
        flushOrWait();
      });
    },
    lessToCome: flushOrWait,
  };
}
