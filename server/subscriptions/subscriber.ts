import type { JsonObject } from '../kernel/json.ts';
import type { Interaction } from '../storage/changes.ts';

/** That a version of a resource was made which somebody asked for. */
export interface SubscriberEvent {
  /** UUID; the same whenever the event is delivered. */
  readonly id: string;
  readonly tenant: number;
  readonly interaction: Interaction;
  readonly type: string;
  readonly resourceId: string;
  readonly version: number;
  /** Milliseconds: when the version was made. */
  readonly at: number;
  /** The version; undefined for a deletion. */
  readonly resource: JsonObject | undefined;
}

/**
 * Code of the server that is told of changes: each at least once, of one resource in the order of its versions. When
 * `deliver` rejects, or does not end in time, the event comes again with growing pauses; then it is a dead letter.
 */
export interface Subscriber {
  /** Unique, and the same in every process and after every start: `bot:reminders`. Never begins with `Subscription/`. */
  readonly id: string;
  /** Undefined: it hears of every tenant. */
  readonly tenant?: number;
  /** `Appointment?status=booked`; of deletions the last version is looked at. */
  readonly criteria: string;
  readonly interactions: readonly Interaction[];
  /** Whether it acts for a tenant now; what happens while it does not is dropped. Default: always. */
  isEnabled?(tenant: number): boolean;
  /** Milliseconds. Default 30 s. */
  readonly timeout?: number;
  /** Events that one process delivers at once. Default 4. */
  readonly concurrency?: number;
  deliver(event: SubscriberEvent): Promise<void>;
}
