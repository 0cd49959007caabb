import type { KeptVersion } from '../storage/changes.ts';
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
   * @param version what was written just now; undefined: it is read, unless it was erased
   */
  deliver(event: StoredEvent, version: KeptVersion | undefined): Promise<'delivered' | 'dropped'>;
  /** The last attempt failed: the event is a dead letter. */
  gaveUp(event: StoredEvent, reason: string): Promise<void>;
}

/** No further attempt can help until somebody does something: the subscriber is stopped, its events wait. */
export class Hopeless extends Error {}
