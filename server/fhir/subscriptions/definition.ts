import type { Principal } from '../../access/principal.ts';
import type { Interaction } from '../../storage/changes.ts';

/** What a subscriber hears of; kept as JSON beside the Subscription (table subscriber), so that nothing is read to match. */
export interface SubscriberDefinition {
  /** Digest of what was asked for, see sourceOf; undefined: by code of the server. */
  readonly source?: string;
  /** Any of them. */
  readonly triggers: readonly Trigger[];
  /** Where it is sent; undefined: to code of the server. */
  readonly channel?: ChannelDefinition;
}

/** In whose rights it is told of something. */
export interface SubscriberOwner {
  readonly principal: Principal;
  /** Milliseconds: when they asked for it. */
  readonly since: number;
}

/** Searches are query strings without type and `?`; all of a list must hold. */
export interface Trigger {
  readonly type: string;
  readonly interactions: readonly Interaction[];
  /** Of the version that was made; of a deletion there is none, so that with these it is no event. */
  readonly current: readonly string[];
  /** Of the version before it. */
  readonly previous: readonly string[];
  /** Of whichever version is at hand: the new one, or of a deletion the last one. */
  readonly filters: readonly string[];
  /** Whether both lists must hold, or one that is not empty. */
  readonly requireBoth: boolean;
  /** What `previous` counts as when there is no version before. */
  readonly previousOfCreate: boolean;
  /** What `current` counts as when the resource is gone. */
  readonly currentOfDelete: boolean;
}

export type ChannelKind = 'rest-hook' | 'websocket' | 'email' | 'message';
export type PayloadContent = 'empty' | 'id-only' | 'full-resource';

export interface ChannelDefinition {
  readonly kind: ChannelKind;
  /** URL, or of an email the address; '' for websockets. */
  readonly endpoint: string;
  /** MIME type of the resource that is sent; undefined: none is. */
  readonly payload?: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Canonical; then notifications are Bundles of the backport. */
  readonly topic?: string;
  readonly content: PayloadContent;
  /** Seconds. */
  readonly heartbeat?: number;
  readonly timeout?: number;
}

/** Any created or updated resource that a search finds. */
export function simpleTrigger(type: string, query: string, interactions: readonly Interaction[]): Trigger {
  return {
    type,
    interactions,
    current: [],
    previous: [],
    filters: query === '' ? [] : [query],
    requireBoth: false,
    previousOfCreate: true,
    currentOfDelete: true,
  };
}
