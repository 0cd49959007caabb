import { acknowledge, type AcknowledgementCode } from '../hl7/acknowledge.ts';
import { acknowledgementMode, isAsked, type AcknowledgementMode } from '../hl7/acknowledgement-mode.ts';
import { encodeMessage } from '../hl7/charset.ts';
import { newControlId } from '../hl7/control-id.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import type { ParsedMessage } from '../hl7/parsed-message.ts';
import type { MessageError, Verdict } from './judge-arrival.ts';

/** A reply, ready to be sent and kept. */
export interface Reply {
  readonly code: AcknowledgementCode;
  readonly bytes: Uint8Array;
}

/** What a sender is told of a message, and when. */
export type ReplyPlan =
  /** At once; `undefined`: it does not want to be told. */
  | { readonly when: 'stored'; readonly reply: Reply | undefined }
  /** When it has been worked on. */
  | { readonly when: 'applied' };

export interface ReplyFacts {
  readonly message: ParsedMessage | ParseFailure;
  readonly charset: string;
  readonly at: Date;
  /** MSA-4. */
  readonly sequence?: number;
}

/**
 * HL7 v2.5.1 §2.9: in original mode one reply (AA, AE, AR), at once or when the message is applied; in enhanced mode a commit reply
 * (CA, CR) as MSH-15 asks.
 */
export function planReply(facts: ReplyFacts, verdict: Verdict, repliesWhenApplied: boolean): ReplyPlan {
  const { message } = facts;
  if (verdict.state === 'rejected') return { when: 'stored', reply: refusalOf(facts, verdict.answer, verdict.error) };
  const mode = modeOf(message);
  if (mode.kind === 'enhanced') {
    return { when: 'stored', reply: isAsked(mode.accept, true) ? replyOf(facts, 'CA') : undefined };
  }
  // A reply to a reply would be answered in its turn.
  if (verdict.state === 'ignored' && verdict.reason === 'reply') return { when: 'stored', reply: undefined };
  if (!repliesWhenApplied) return { when: 'stored', reply: replyOf(facts, 'AA') };
  return verdict.state === 'ignored' ? { when: 'stored', reply: replyOf(facts, 'AA') } : { when: 'applied' };
}

/** A refusal in the mode of the message, or undefined where its sender does not want to hear of errors. */
export function refusalOf(facts: ReplyFacts, code: 'E' | 'R', error: MessageError): Reply | undefined {
  const { message } = facts;
  const mode = modeOf(message);
  if (mode.kind === 'original') return replyOf(facts, `A${code}`, error);
  return isAsked(mode.accept, false) ? replyOf(facts, `C${code}`, error) : undefined;
}

/** In the charset in which the message came. */
export function replyOf(facts: ReplyFacts, code: AcknowledgementCode, error?: MessageError): Reply {
  const { message, charset, at, sequence } = facts;
  const text = acknowledge(message instanceof ParseFailure ? undefined : message, {
    code,
    controlId: newControlId(),
    at,
    ...(error === undefined || code.endsWith('A') ? {} : { errors: [error] }),
    ...(sequence === undefined ? {} : { sequence }),
  });
  return { code, bytes: encodeMessage(text, charset).bytes };
}

function modeOf(message: ParsedMessage | ParseFailure): AcknowledgementMode {
  return message instanceof ParseFailure ? { kind: 'original' } : acknowledgementMode(message);
}
