/** One connection of a peer. */
export interface MllpLink {
  /** Of this process, for logs. */
  readonly id: string;
  readonly localPort: number;
  /** IPv4 addresses without the prefix of IPv6. */
  readonly remoteAddress: string;
  /** SHA-256 of the client's certificate, hexadecimal, lower case: the peer has shown that it holds the key. */
  readonly certificate?: string;
  /** Sends a message that answers no frame just now: an application reply of enhanced mode. Rejects when the link is closed. */
  send(message: Uint8Array): Promise<void>;
}

/** @returns the reply; rejected: the link is closed without a reply, and the peer sends again */
export type Receive = (frame: Uint8Array, link: MllpLink) => Promise<Uint8Array | undefined>;

/** @param head the first bytes of a frame beyond the limit @returns the reply, before the link is closed */
export type Refuse = (head: Uint8Array, link: MllpLink) => Uint8Array | undefined;

/** Why a link was closed: by whom, or by which limit. */
export type LinkEnd =
  'peer' | 'error' | 'server' | 'failed' | 'too-large' | 'memory' | 'slow' | 'stalled' | 'idle' | 'room';

/** What happens beside messages. */
export type LinkEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed'; readonly why: LinkEnd }
  /** Bytes outside of frames. */
  | { readonly kind: 'noise'; readonly bytes: number }
  /** A frame without its end, to be kept and never to be taken for a message. */
  | { readonly kind: 'truncated'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'failed'; readonly error: unknown }
  /** The reply did not reach the peer, which will send its message again. */
  | { readonly kind: 'reply-lost' };

export interface MllpLimits {
  /** Bytes of a frame. */
  readonly maxFrame: number;
  /** Bytes of incomplete frames of all links together, beyond which a link that holds more than its share is closed. */
  readonly maxHeld: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Messages of one link that are worked on at the same time; their replies keep the order. */
  readonly window: number;
  /** ms after FS alone, when the frame counts as ended. */
  readonly endPause: number;
  /** ms without a byte within a frame, or without progress of a reply. */
  readonly framePause: number;
  /** ms from the first byte of a frame to its last. */
  readonly frameTime: number;
  /** ms without a frame. */
  readonly idleTime: number;
  /** ms that closing waits for replies. */
  readonly closeTime: number;
}

export const DEFAULT_LIMITS: MllpLimits = {
  maxFrame: 32 * 1024 * 1024,
  maxHeld: 128 * 1024 * 1024,
  maxConnections: 512,
  maxConnectionsPerAddress: 128,
  window: 1,
  endPause: 500,
  framePause: 30_000,
  frameTime: 600_000,
  idleTime: 3_600_000,
  closeTime: 10_000,
};
