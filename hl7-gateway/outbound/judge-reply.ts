import { decodeMessage } from '../hl7/charset.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import { readReply } from '../hl7/read-reply.ts';
import { MllpSendFailure } from '../mllp/mllp-client.ts';
import type { SendResult } from '../store/outgoing-messages.ts';

type Judgement = Omit<SendResult, 'seq'>;

/** How often a message is sent that its destination could not take (AE, CE). */
const ATTEMPTS = 6;

/**
 * What a reply means: AA and CA, it is done. AR and CR, it is refused for good, and is not sent again. AE and CE, and replies that
 * say nothing, it is sent again some times, and then it is dead.
 * @param attempts with results before this one
 */
export function judgeReply(reply: Uint8Array, attempts: number, charset: string): Judgement {
  const { text } = decodeMessage(reply, { fallbackCharset: charset });
  const { code, errors } = readReply(parseMessage(text));
  const known = { reply, replyCode: code.slice(0, 2), isAttempt: true };
  if (code === 'AA' || code === 'CA') return { ...known, state: 'acked' };
  const codes = errors.map((error) => error.code).filter((each) => /^\d{3}$/.test(each));
  const why = `The destination answered ${/^[AC][ER]$/.test(code) ? code : 'nothing that can be understood'}${
    codes.length === 0 ? '' : ` (${codes.join(', ')})`
  }.`;
  if (code === 'AR' || code === 'CR') return { ...known, state: 'rejected', reason: code, note: why };
  const isLast = attempts + 1 >= ATTEMPTS;
  return {
    ...known,
    state: isLast ? 'dead' : 'queued',
    reason: /^[AC]E$/.test(code) ? code : 'unreadable',
    note: isLast ? `${why} It was sent ${attempts + 1} times.` : why,
    pause: pauseAfter(attempts),
  };
}

/**
 * No reply: the message is sent again as the same (MSH-10), for ever, as it must not be lost; only one that cannot be put into a frame is
 * dead.
 * @param failures in a row of this destination, this one not included
 */
export function judgeFailure(error: unknown, failures: number): Judgement {
  const kind = error instanceof MllpSendFailure ? error.kind : 'connect';
  const isDelivered = error instanceof MllpSendFailure && error.maybeDelivered;
  if (kind === 'frame' && !isDelivered) {
    return {
      state: 'dead',
      reason: 'frame',
      note: 'It contains what ends a message on the wire.',
      isAttempt: true,
    };
  }
  return { state: 'queued', reason: kind, isAttempt: false, pause: pauseAfter(failures) };
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;

/** Growing from a second to a minute, a little by chance, so that not all come at once. */
function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE * 2 ** Math.min(failures, 10), LONGEST_PAUSE) * (0.75 + Math.random() / 4);
}
