import type { JsonObject } from '../../../server/kernel/json.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { Value } from '../reading/value.ts';
import { concept } from './concept.ts';

const BCP_47 = 'urn:ietf:bcp:47';

/**
 * A language as FHIR wants it: a BCP 47 tag, and what was sent beside it.
 * HL7 table 0296 has the three letters of ISO 639-2 and the two of 639-1 (https://hl7.org/fhir/R4/valueset-all-languages.html).
 */
export function languageConcept(value: Value, draft: MappingDraft): JsonObject | undefined {
  const sent = concept(value, draft, { table: 'HL70296' });
  if (sent === undefined) return undefined;
  const tag = languageTag(value.text(1));
  if (tag === undefined) return { text: sent.text ?? value.text(1) };
  const made: JsonObject = { coding: [{ system: BCP_47, code: tag }] };
  for (const coding of (sent.coding ?? []) as JsonObject[]) append(made, 'coding', coding);
  if (sent.text !== undefined) made.text = sent.text;
  return made;
}

/** `eng` → `en`, `ger` → `de`, `en-US` as it is; undefined for what is no tag. */
export function languageTag(text: string): string | undefined {
  const tag = text.replace('_', '-');
  if (!/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(tag)) return undefined;
  try {
    const [canonical] = Intl.getCanonicalLocales(tag);
    return canonical;
  } catch {
    return undefined;
  }
}
