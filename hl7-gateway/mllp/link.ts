import type { Socket } from 'node:net';
import { createFramer, frameOf, type FrameEvent } from './framer.ts';
import type { LinkEnd, LinkEvent, MllpLimits, MllpLink, Receive, Refuse } from './mllp-link.ts';

/** What a server knows of one of its links. */
export interface OpenLink {
  readonly remoteAddress: string;
  /** Bytes that it holds in memory: of the frame that comes, and of those that wait or are worked on. */
  held(): number;
  /** Since when nothing is under way, as `performance.now()`; `undefined` while something is. */
  idleSince(): number | undefined;
  hasReceived(): boolean;
  /** Ends it if it has been too long without progress. */
  check(now: number): void;
  /** Takes nothing more; what is worked on gets its reply. Settles when the socket is closed. */
  finish(): Promise<void>;
  destroy(why: LinkEnd): void;
}

export interface LinkOptions {
  readonly limits: MllpLimits;
  readonly receive: Receive;
  readonly refuse?: Refuse | undefined;
  readonly onEvent: (event: LinkEvent, link: MllpLink) => void;
  /** Whether what all links hold together allows that this one holds so many bytes. */
  readonly mayHold: (bytes: number) => boolean;
}

/** ms that a peer whose frame was refused has to read why, while it may still be sending. */
const LINGER = 2000;

/** Frames of one connection to messages and back: so many at a time as its window says, replies in the order of the messages. */
export function openLink(socket: Socket, identity: Omit<MllpLink, 'send'>, options: LinkOptions): OpenLink {
  const { limits, receive, refuse } = options;
  const framer = createFramer(limits.maxFrame);
  const waiting: Uint8Array[] = [];
  let active = 0;
  let activeBytes = 0;
  let hasReceived = false;
  let isFinishing = false;
  let hasEnded = false;
  let refusal: { readonly head: Uint8Array; at?: number } | undefined;
  let end: LinkEnd = 'peer';
  let lastByte = performance.now();
  let frameBegan: number | undefined;
  let writingSince: number | undefined;
  let endPause: NodeJS.Timeout | undefined;
  /** Settles when all replies so far are written; never rejects. */
  let replies = Promise.resolve();

  const onEvent = (event: LinkEvent): void => options.onEvent(event, link);

  const destroy = (why: LinkEnd): void => {
    if (socket.destroyed) return;
    end = why;
    socket.destroy();
  };

  const write = (message: Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      const frame = frameOf(message);
      if (frame === undefined) throw new Error('what is to be sent contains the bytes that end a frame');
      writingSince = performance.now();
      socket.write(frame, (error) => {
        writingSince = undefined;
        if (error) reject(error);
        else resolve();
      });
    });

  const link: MllpLink = {
    ...identity,
    send(message) {
      const sent = replies.then(() => write(message));
      replies = sent.catch(() => undefined);
      return sent;
    },
  };

  const workOn = async (frame: Uint8Array): Promise<{ message: Uint8Array | undefined } | { error: unknown }> => {
    try {
      return { message: await receive(frame, link) };
    } catch (error) {
      return { error };
    }
  };

  /** The message is worked on at once, its reply waits for those before it. */
  const answer = async (frame: Uint8Array, before: Promise<void>): Promise<void> => {
    const worked = workOn(frame);
    await before;
    const outcome = await worked;
    if ('error' in outcome) {
      onEvent({ kind: 'failed', error: outcome.error });
      destroy('failed');
    } else if (outcome.message !== undefined) {
      await write(outcome.message).catch(() => onEvent({ kind: 'reply-lost' }));
    }
    active -= 1;
    activeBytes -= frame.length;
    advance();
  };

  const advance = (): void => {
    for (let frame = next(); frame !== undefined; frame = next()) {
      active += 1;
      activeBytes += frame.length;
      hasReceived = true;
      replies = answer(frame, replies);
    }
    if (active + waiting.length > 0) {
      // Nothing is read that could not be worked on.
      if (active + waiting.length >= limits.window) socket.pause();
      return;
    }
    if (isFinishing) socket.destroySoon();
    else if (refusal !== undefined) void sayRefused(refusal);
    else if (hasEnded) socket.end();
    if (socket.isPaused() && !isFinishing) goOn();
  };

  const next = (): Uint8Array | undefined => (active < limits.window ? waiting.shift() : undefined);

  const goOn = (): void => {
    lastByte = performance.now();
    if (frameBegan !== undefined) frameBegan = lastByte;
    socket.resume();
  };

  /** What still comes is read and dropped for a while: closed at once, the peer would not get the reply. */
  const sayRefused = async (refused: { readonly head: Uint8Array; at?: number }): Promise<void> => {
    if (refused.at !== undefined) return;
    refused.at = performance.now();
    end = 'too-large';
    const message = refuse?.(refused.head, link);
    if (message !== undefined) await write(message).catch(() => onEvent({ kind: 'reply-lost' }));
    socket.end();
  };

  const take = (events: readonly FrameEvent[]): void => {
    for (const event of events) {
      if (event.kind === 'frame') waiting.push(event.bytes);
      else if (event.kind === 'too-large') {
        refusal = { head: event.head };
        onEvent({ kind: 'too-large' });
      } else onEvent(event);
    }
    const isNew = frameBegan === undefined || events.some(({ kind }) => kind === 'frame');
    if (framer.state === 'outside') frameBegan = undefined;
    else if (isNew) frameBegan = performance.now();
    advance();
  };

  socket.on('data', (chunk) => {
    if (isFinishing) return;
    clearTimeout(endPause);
    lastByte = performance.now();
    take(framer.push(chunk));
    if (framer.state === 'ending') endPause = setTimeout(() => take(framer.pause()), limits.endPause);
    if (framer.buffered > 0 && !options.mayHold(held())) destroy('memory');
  });
  socket.once('end', () => {
    hasEnded = true;
    take(framer.end());
  });
  socket.once('error', () => {
    if (end === 'peer') end = 'error';
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      clearTimeout(endPause);
      take(framer.end());
      onEvent({ kind: 'closed', why: end });
      resolve();
    });
  });

  const held = (): number => framer.buffered + activeBytes + waiting.reduce((sum, { length }) => sum + length, 0);
  const idleSince = (): number | undefined =>
    active + waiting.length === 0 && framer.state === 'outside' ? lastByte : undefined;

  onEvent({ kind: 'opened' });
  return {
    remoteAddress: identity.remoteAddress,
    held,
    idleSince,
    hasReceived: () => hasReceived,
    check(now) {
      const isReading = framer.state === 'inside' && !socket.isPaused();
      const idle = idleSince();
      if (refusal?.at !== undefined) {
        if (now - refusal.at > LINGER) destroy('too-large');
      } else if (writingSince !== undefined) {
        if (now - writingSince > limits.framePause) destroy('stalled');
      } else if (isReading) {
        if (now - lastByte > limits.framePause || now - (frameBegan ?? now) > limits.frameTime) destroy('slow');
      } else if (idle !== undefined && now - idle > limits.idleTime) destroy('idle');
    },
    async finish() {
      isFinishing = true;
      end = 'server';
      waiting.length = 0;
      socket.pause();
      advance();
      await closed;
    },
    destroy,
  };
}
