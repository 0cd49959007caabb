import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { decodeBytes } from '../hl7/charset.ts';
import { ParseFailure } from '../hl7/parse-failure.ts';
import { parseMessage } from '../hl7/parse-message.ts';
import {
  deleteMessages,
  forgetStudies,
  idleMessages,
  messagesAbout,
  type IdleMessage,
} from '../store/erase-messages.ts';
import type { Store } from '../store/open-store.ts';

/** Whose messages are to be erased. */
export interface ErasedOne {
  /** `Patient/id` */
  readonly patient: string;
  /** `Type/id` of all that is erased, the patient among them. */
  readonly names: readonly string[];
  /** Values of their identifiers, whoever assigned them. */
  readonly numbers: readonly string[];
  readonly families: readonly string[];
  /** `YYYY-MM-DD` */
  readonly birthDates: readonly string[];
}

const PAGE = 200;

/**
 * Deletes what came in and went out about a patient: messages by what they made or tell, and those that have made nothing yet
 * by a number of the patient together with their family name or date of birth, for numbers are kept without their assigner.
 * @throws Fault 503 while one of them is being worked on; nothing is deleted then
 */
export async function erasePatient(store: Store, one: ErasedOne): Promise<JsonObject> {
  const count = await store.transaction(async (tx) => {
    const seqs = new Set(await messagesAbout(tx, one.names));
    for (let after = 0; ;) {
      const page = await idleMessages(tx, one.numbers, after, PAGE);
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.seq;
      for (const message of page) if (isAbout(message, one)) seqs.add(message.seq);
    }
    await forgetStudies(tx, one.patient, idsOf('ImagingStudy', one.names));
    return deleteMessages(tx, [...seqs]);
  });
  if (count !== undefined) return { erased: count };
  const text = 'A message about the patient is being worked on; nothing was erased. Try again in a minute.';
  throw fault('hl7.busy', 503, 'transient', text);
}

function isAbout({ bytes, charset }: IdleMessage, { families, birthDates }: ErasedOne): boolean {
  try {
    const message = parseMessage(decodeBytes(bytes, charset).text);
    const known = new Set(families.map((family) => family.toLowerCase()));
    const born = birthDates.map((date) => date.replaceAll('-', ''));
    return message.segments
      .filter(({ name }) => name === 'PID')
      .some((segment) => {
        const date = segment.get(7, 1, 1, 1).slice(0, 8);
        return known.has(segment.get(5, 1, 1, 1).trim().toLowerCase()) || (date !== '' && born.includes(date));
      });
  } catch (error) {
    // It was found by a number: it could be read once.
    if (error instanceof ParseFailure) return true;
    throw error;
  }
}

function idsOf(type: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => name.startsWith(`${type}/`)).map((name) => name.slice(type.length + 1));
}
