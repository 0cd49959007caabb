/** What MSH-13 means, HL7 v2.5.1 §2.10.1. */
export interface SequenceCheck {
  /**
   * - `unnumbered`: the sender counts nothing
   * - `next`: the message that is expected
   * - `start`: 0, the link begins, and the message has no content of its own: the answer tells what is expected
   * - `reset`: -1, the next message is the first of a new count
   * - `out-of-step`: a number that does not follow
   */
  readonly kind: 'unnumbered' | 'next' | 'start' | 'reset' | 'out-of-step';
  /** The last number that was taken, to be stored; `undefined` when it is unknown. */
  readonly last: number | undefined;
  /** MSA-4: the number that is expected next, -1 when any will do. */
  readonly answer: number | undefined;
}

/**
 * @param sent MSH-13
 * @param last number of the last message taken from this partner; `undefined`: unknown, the next positive number is taken
 */
export function checkSequence(sent: string, last: number | undefined): SequenceCheck {
  const text = sent.trim();
  if (text === '') return { kind: 'unnumbered', last, answer: undefined };
  const number = Number(text);
  const expected = last === undefined ? -1 : last + 1;
  if (number === 0) return { kind: 'start', last, answer: expected };
  if (number === -1) return { kind: 'reset', last: undefined, answer: -1 };
  const isNext = Number.isSafeInteger(number) && number > 0 && (last === undefined || number === expected);
  return isNext ? { kind: 'next', last: number, answer: number + 1 } : { kind: 'out-of-step', last, answer: expected };
}
