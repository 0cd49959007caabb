import type { TransactionEntry } from './clinic.ts';

/** A parsed message: segments in order; field, repetition, component and subcomponent are numbered from 1, as in HL7. */
export interface Hl7Message {
  /** `ORU^R01`. */
  readonly event: string;
  readonly segments: readonly Hl7Segment[];
}

export interface Hl7Segment {
  readonly name: string;
  /** Unescaped text; empty for what is not there. `get(3, 1, 4, 1)` is PID-3.4.1 of the first repetition. */
  get(field: number, repetition?: number, component?: number, subcomponent?: number): string;
  repetitions(field: number): number;
}

/** One per event among all modules: from a message to a transaction, without side effects. */
export interface Hl7Map {
  readonly event: string;
  map(message: Hl7Message): readonly TransactionEntry[];
}

export function defineHl7Map(event: string, map: Hl7Map['map']): Hl7Map {
  return { event, map };
}
