/** Start of a frame, and its end; a carriage return follows the end (MLLP, HL7 v2.5.1 implementation guide C.4). */
const VT = 0x0b;
const FS = 0x1c;
const CR = 0x0d;
const LF = 0x0a;

export type FrameEvent =
  | { readonly kind: 'frame'; readonly bytes: Uint8Array }
  /** Bytes outside of frames, dropped. */
  | { readonly kind: 'noise'; readonly bytes: number }
  /** A frame that did not come to its end: never a message. */
  | { readonly kind: 'truncated'; readonly bytes: Uint8Array }
  /** A frame beyond the limit. All that follows is dropped, as nobody knows where it ends. */
  | { readonly kind: 'too-large'; readonly head: Uint8Array };

export interface Framer {
  push(chunk: Uint8Array): FrameEvent[];
  /** Nothing more comes for now: who ends frames with FS alone waits for the reply. */
  pause(): FrameEvent[];
  /** The connection is closed. */
  end(): FrameEvent[];
  /** Bytes of the frame that is not yet complete. */
  readonly buffered: number;
  readonly state: 'outside' | 'inside' | 'ending' | 'refused';
}

const FIRST_CAPACITY = 4096;
/** Of a frame beyond the limit, for a reply: more than any MSH. */
const MAX_HEAD = 4096;

/**
 * Takes frames from a stream of bytes, however it is cut into chunks. A frame ends with FS CR, FS LF, FS and the next VT, or FS and
 * nothing more; FS twice is FS. FS before any other byte is content, as is VT, except before a header: there the frame before was cut.
 * @param maxFrame bytes
 */
export function createFramer(maxFrame: number): Framer {
  let state: Framer['state'] = 'outside';
  // Grows by doubling: appending costs the same however small the chunks are.
  let buffer = Buffer.alloc(0);
  let length = 0;

  const append = (bytes: Uint8Array): void => {
    if (length + bytes.length > buffer.length) {
      const capacity = Math.min(maxFrame, Math.max(FIRST_CAPACITY, 2 * buffer.length, length + bytes.length));
      const larger = Buffer.allocUnsafeSlow(capacity);
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    buffer.set(bytes, length);
    length += bytes.length;
  };

  const take = (): Buffer => {
    const taken = buffer.subarray(0, length);
    buffer = Buffer.alloc(0);
    length = 0;
    return taken;
  };

  const complete = (): FrameEvent[] => {
    state = 'outside';
    return frameEvents(take());
  };

  /** The part of a chunk up to FS, or all of it. */
  const readInside = (chunk: Uint8Array, at: number, events: FrameEvent[]): number => {
    const end = chunk.indexOf(FS, at);
    const part = chunk.subarray(at, end === -1 ? chunk.length : end);
    if (length + part.length > maxFrame) {
      const room = Math.max(0, MAX_HEAD - length);
      const head = Buffer.concat([buffer.subarray(0, Math.min(length, MAX_HEAD)), part.subarray(0, room)]);
      take();
      state = 'refused';
      events.push({ kind: 'too-large', head });
      return chunk.length;
    }
    append(part);
    if (end === -1) return chunk.length;
    state = 'ending';
    return end + 1;
  };

  /** The byte after FS. */
  const readEnding = (byte: number | undefined, events: FrameEvent[]): number => {
    if (byte === CR || byte === LF) {
      events.push(...complete());
      return 1;
    }
    if (byte === VT) {
      events.push(...complete());
      state = 'inside';
      return 1;
    }
    if (byte === FS) return 1;
    state = 'inside';
    append(Uint8Array.of(FS));
    return 0;
  };

  return {
    push(chunk) {
      const events: FrameEvent[] = [];
      let noise = 0;
      for (let at = 0; at < chunk.length && state !== 'refused';) {
        if (state === 'outside') {
          const start = chunk.indexOf(VT, at);
          const end = start === -1 ? chunk.length : start;
          noise += noiseIn(chunk.subarray(at, end));
          if (start !== -1) state = 'inside';
          at = end + 1;
        } else if (state === 'inside') {
          at = readInside(chunk, at, events);
        } else {
          at += readEnding(chunk[at], events);
        }
      }
      if (noise > 0) events.unshift({ kind: 'noise', bytes: noise });
      return events;
    },
    pause: () => (state === 'ending' ? complete() : []),
    end() {
      if (state === 'ending') return complete();
      if (state !== 'inside') return [];
      state = 'outside';
      return length === 0 ? [] : [{ kind: 'truncated', bytes: take() }];
    },
    get buffered() {
      return length;
    },
    get state() {
      return state;
    },
  };
}

/** Line ends after a frame are no noise. */
function noiseIn(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte !== CR && byte !== LF) count += 1;
  return count;
}

const BEGINNINGS = ['MSH', 'FHS', 'BHS'].map((name) => Buffer.concat([Uint8Array.of(VT), Buffer.from(name)]));

/** A sender that lost its place begins anew: what stood before is a message cut short. */
function frameEvents(bytes: Buffer): FrameEvent[] {
  const at = Math.max(...BEGINNINGS.map((beginning) => lastBeginning(bytes, beginning)));
  const frame: FrameEvent = { kind: 'frame', bytes: bytes.subarray(at + 1) };
  return at <= 0 ? [frame] : [{ kind: 'truncated', bytes: bytes.subarray(0, at) }, frame];
}

/** Where a header with its separator follows VT for the last time; -1 where it never does. */
function lastBeginning(bytes: Buffer, beginning: Buffer): number {
  let at = bytes.lastIndexOf(beginning);
  while (at !== -1 && isAlphanumeric(bytes[at + beginning.length])) {
    at = at === 0 ? -1 : bytes.lastIndexOf(beginning, at - 1);
  }
  return at;
}

function isAlphanumeric(byte: number | undefined): boolean {
  return byte === undefined || /[A-Za-z0-9]/.test(String.fromCharCode(byte));
}

/** @returns `undefined` for what a receiver would not get whole: it contains what ends a frame or begins one */
export function frameOf(message: Uint8Array): Uint8Array | undefined {
  const frame = Buffer.concat([Uint8Array.of(VT), message, Uint8Array.of(FS, CR)]);
  if (message.indexOf(FS) === -1 && message.indexOf(VT) === -1) return frame;
  const [only, ...others] = createFramer(message.length).push(frame);
  return others.length === 0 && only?.kind === 'frame' && only.bytes.length === message.length ? frame : undefined;
}
