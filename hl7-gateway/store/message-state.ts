/** Of messages that came in. */
export type InboundState =
  /** Stored, to be worked on. */
  | 'received'
  /** Tried without success; it will be tried again. */
  | 'failed'
  | 'applied'
  /** Nothing of it is to be applied: a reply, a message of no content, one that a person dismissed. */
  | 'ignored'
  /** Waits for a person. */
  | 'parked'
  /** All that it says is older than what is stored, or a corrected text took its place. */
  | 'superseded'
  /** Attempts have run out. */
  | 'dead'
  /** The sender was told that it is not taken; its bytes are kept to be looked at. */
  | 'rejected'
  /** A batch whose messages are kept one by one. */
  | 'split';

/** Of messages that go out. */
export type OutboundState = 'queued' | 'sending' | 'waiting' | 'acked' | 'rejected' | 'dead' | 'cancelled';

export type MessageState = InboundState | OutboundState;
