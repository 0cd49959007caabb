import { createHash } from 'node:crypto';
import { uuidv7 } from '../../server/kernel/id.ts';
import { acknowledge } from '../hl7/acknowledge.ts';
import { acknowledgementMode, isAsked } from '../hl7/acknowledgement-mode.ts';
import { encodeMessage } from '../hl7/charset.ts';
import { newControlId } from '../hl7/control-id.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import type { FinishedMessage, OutgoingReply } from '../store/finish-messages.ts';
import type { MessageError } from './judge-arrival.ts';

export interface LateReplyFacts {
  readonly message: ParsedMessage | ParseFailure;
  readonly charset: string;
  /** Milliseconds of the epoch. */
  readonly now: number;
  /** How it was answered so far. */
  readonly replyCode: string | null;
  /** Whether in original mode the sender waits for it. */
  readonly repliesWhenApplied: boolean;
  /** What was wrong; absent when all is well. */
  readonly error?: MessageError;
  /** Text of the reply to a query. */
  readonly text?: string;
}

type LateReply = Pick<FinishedMessage, 'reply' | 'replyCode' | 'applicationReply'>;

/**
 * What a sender is told when its message has been worked on: in original mode the reply that it waits for; in enhanced mode, where
 * MSH-16 asks for it, a message of its own. What was told once is not told again when a person has put things right.
 */
export function lateReply(facts: LateReplyFacts): LateReply {
  const { message, charset, now, error } = facts;
  if (message instanceof ParseFailure) return {};
  const mode = acknowledgementMode(message);
  const code = error === undefined ? 'AA' : 'AE';
  const isOriginal = mode.kind === 'original';
  const isWanted = isOriginal
    ? facts.repliesWhenApplied
    : isAsked(mode.application, error === undefined) && facts.replyCode?.startsWith('A') !== true;
  if (!isWanted) return {};
  const text =
    facts.text ??
    acknowledge(message, {
      code,
      controlId: newControlId(),
      at: new Date(now),
      ...(error === undefined ? {} : { errors: [error] }),
      ...(isOriginal ? {} : { accept: 'AL' as const }),
    });
  const { bytes } = encodeMessage(text, charset);
  return isOriginal
    ? { reply: bytes, replyCode: code }
    : { replyCode: code, applicationReply: outgoing(text, bytes, charset, now) };
}

function outgoing(text: string, bytes: Uint8Array, charset: string, now: number): OutgoingReply {
  const { controlId, event, versionSent } = parseMessage(text);
  const sha256 = createHash('sha256').update(bytes).digest();
  return { id: uuidv7(now), controlId, event, version: versionSent, charset, bytes, sha256 };
}
