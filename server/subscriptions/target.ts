import type { StoredEvent } from '../storage/subscription-events.ts';
import type { SubscriberKey } from '../storage/subscribers.ts';

/** Where the events of one subscriber go. */
export interface Target {
  readonly key: SubscriberKey;
  /** Milliseconds for one delivery. */
  readonly timeout: number;
  /** Deliveries at once in one process. */
  readonly concurrency: number;
  /**
   * Resolves: whether it was told, or is not to be told. Rejects: another attempt later.
   */
  deliver(event: StoredEvent): Promise<'delivered' | 'dropped'>;
  /** The last attempt failed: the event is a dead letter. */
  gaveUp(event: StoredEvent, reason: string): Promise<void>;
}

/** No further attempt can help until somebody does something: the subscriber is stopped, its events wait. */
export class Hopeless extends Error {}
