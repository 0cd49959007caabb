import type { ParsedMessage } from '../hl7/parsed-message.ts';
import { storable } from '../store/storable.ts';

const MOST = 200;
const LONGEST = 100;

/** Fields by which people look for messages: p for patients, o for orders, v for visits. */
const FIELDS: Readonly<Record<string, readonly (readonly [kind: 'p' | 'o' | 'v', field: number])[]>> = {
  PID: [
    ['p', 2],
    ['p', 3],
    ['p', 4],
    ['v', 18],
  ],
  MRG: [['p', 1]],
  PV1: [['v', 19]],
  ORC: [
    ['o', 2],
    ['o', 3],
  ],
  OBR: [
    ['o', 2],
    ['o', 3],
    ['o', 18],
  ],
  IPC: [['o', 1]],
};

/** What is kept of a message beside its bytes, to find it. */
export interface MessageFacts {
  /** `ORU^R01`. */
  readonly event: string;
  readonly controlId: string;
  readonly version: string;
  readonly refs: readonly string[];
}

const LONGEST_FACT = 200;

/** @param message undefined: it cannot be read */
export function factsOf(message: ParsedMessage | undefined): MessageFacts {
  const fact = (text: string): string => storable(text.slice(0, LONGEST_FACT));
  if (message === undefined) return { event: '', controlId: '', version: '', refs: [] };
  const { event, controlId, versionSent } = message;
  return { event: fact(event), controlId: fact(controlId), version: fact(versionSent), refs: refsOf(message) };
}

/** What a message is found by: `p:12345`, `o:ORD-1`, `v:V77`; the values alone, without their assigners. */
function refsOf(message: ParsedMessage): readonly string[] {
  const refs = new Set<string>();
  for (const segment of message.segments) {
    for (const [kind, field] of FIELDS[segment.name] ?? []) {
      const repetitions = Math.min(segment.repetitions(field), MOST);
      for (let repetition = 1; repetition <= repetitions && refs.size < MOST; repetition += 1) {
        const value = segment.get(field, repetition, 1, 1).trim();
        if (value !== '' && value.length <= LONGEST) refs.add(`${kind}:${storable(value)}`);
      }
    }
  }
  return [...refs];
}
