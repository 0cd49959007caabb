import { isFrom } from '../hl7/versions.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { OutgoingSegment } from '../hl7/build-message.ts';
import type { PeerNames } from './peer-names.ts';

/** A version of a resource, and what it came from. */
export interface Change {
  readonly resource: JsonObject;
  /** The version before; undefined: there is none, or nobody can tell any more. */
  readonly before: JsonObject | undefined;
}

/** What a message is made of: the change, and resources that it refers to. */
export interface Telling extends Change {
  /** `Patient/1` → its resource, as far as it is there. */
  find(reference: string): JsonObject | undefined;
}

/** How the destination wants it. */
export interface PeerProfile {
  /** `2.5.1` */
  readonly version: string;
  readonly names: PeerNames;
}

export function speaks(peer: PeerProfile, version: '2.3.1' | '2.4' | '2.5' | '2.7'): boolean {
  return isFrom(peer.version, version);
}

/** A message to be: the first of `events` that the destination takes is sent. */
export interface Outgoing {
  /** `OML^O21`, the best first. */
  readonly events: readonly string[];
  /** All segments after MSH. */
  segments(event: string, peer: PeerProfile): readonly OutgoingSegment[];
}
