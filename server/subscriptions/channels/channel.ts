import type { ChannelDefinition } from '../../fhir/subscriptions/definition.ts';
import type { OutboundRules } from '../../kernel/outbound-fetch.ts';
import type { Listener } from '../listeners.ts';
import type { VisibleEvent } from '../visible-event.ts';

/** What channels need of the server. */
export interface ChannelContext {
  readonly base: string;
  /** Who may be asked. */
  readonly outbound: OutboundRules;
  /** Undefined: this server sends no mail. */
  readonly sendMail: ((mail: { to: string; subject: string; text: string }) => Promise<void>) | undefined;
  /** Milliseconds for one exchange. */
  timeoutOf(channel: ChannelDefinition): number;
  now(): number;
}

/** One notification on its way. */
export interface Delivery {
  readonly listener: Listener;
  readonly channel: ChannelDefinition;
  /** UUID: of the event, or of a handshake or heartbeat. */
  readonly id: string;
  /** Undefined: a handshake or heartbeat. */
  readonly event: VisibleEvent | undefined;
  /** The Bundle of a subscription to a topic. */
  readonly bundle: string | undefined;
}

/** Resolves when the receiver has taken it. */
export type Send = (context: ChannelContext, delivery: Delivery) => Promise<void>;
