import { checkSequence } from '../hl7/sequence-number.ts';
import { insertMessages, type ArrivedMessage, type Stored } from '../store/insert-messages.ts';
import type { Store } from '../store/open-store.ts';
import { keepSequenceNumber, lockSequenceNumber } from '../store/sequence-numbers.ts';
import { findRepeated } from '../store/stored-replies.ts';
import type { Verdict } from './judge-arrival.ts';

/** What is to be stored under a number (MSA-4), and how it would be answered. */
export type WithNumber<T> = (
  verdict: Verdict,
  sequence: number | undefined,
) => { readonly message: ArrivedMessage; readonly plan: T };

const OUT_OF_STEP: Verdict = {
  state: 'rejected',
  answer: 'E',
  reason: 'out-of-step',
  error: { location: 'MSH^1^13', code: '207', text: 'This is not the next message by its sequence number.' },
};

/** Of no content: the sender starts the link, or a new count. */
export const LINK_START: Verdict = { state: 'ignored', reason: 'sequence' };

/**
 * The sequence number protocol (HL7 v2.5.1 §2.10.1): the number of the message that is taken is stored with it, and messages of one
 * partner are taken one after the other.
 *
 * @param sent MSH-13
 */
export function storeNumbered<T>(
  store: Store,
  partner: string,
  sent: string,
  verdict: Verdict,
  build: WithNumber<T>,
): Promise<{ readonly stored: Stored; readonly plan: T }> {
  return store.transaction(async (tx) => {
    const last = await lockSequenceNumber(tx, partner);
    const check = checkSequence(sent, last);
    const isControl = check.kind === 'start' || check.kind === 'reset';
    const isInStep = check.kind === 'next' || check.kind === 'unnumbered';
    const fitting = build(isControl ? LINK_START : isInStep ? verdict : OUT_OF_STEP, check.answer);
    const repeated = isControl ? undefined : await findRepeated(tx, fitting.message);
    if (repeated !== undefined) return { stored: repeated, plan: fitting.plan };
    const [stored] = await insertMessages(tx, [fitting.message]);
    if (stored === undefined) throw new Error('A numbered message was stored twice at once.');
    // What is refused has no number: its place is still to be taken.
    if (isControl || (check.kind === 'next' && fitting.message.state !== 'rejected' && !stored.isRefused)) {
      await keepSequenceNumber(tx, partner, check.last);
    }
    return { stored, plan: fitting.plan };
  });
}
