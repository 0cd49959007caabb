import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { concept } from '../datatypes/concept.ts';
import { date, dateTime } from '../datatypes/date-time.ts';
import { locationReference } from '../datatypes/location.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { plainText } from '../datatypes/text.ts';
import { filled, put, putAll, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { componentsOf, medicineElements, strengthOf } from './medication.ts';
import { amount, unitOf } from './units.ts';

/** Table 0167: codes by which something else was given than was ordered. */
const SUBSTITUTED = new Set(['G', 'T', '1', '2', '3', '4', '5', '7', '8']);

/** RXD: what a pharmacy has dispensed. */
export function putDispense(
  dispense: Elements,
  rxd: SegmentReader,
  below: readonly SegmentReader[],
  draft: MappingDraft,
): void {
  const { resource } = dispense;
  const code = rxd.value(2);
  const medicine = code && concept(code, draft);
  if (medicine !== undefined) Object.assign(resource, medicineOf(rxd, below, medicine, draft));
  put(dispense, 'whenHandedOver', rxd, 3, (value) => dateTime(value, draft));
  const quantity = amount(rxd.text(4), unitOf(rxd.value(5), draft));
  if (quantity !== undefined) resource.quantity = quantity;
  for (const field of [9, 15])
    putAll(dispense, 'note', rxd, field, (value) => noteOf(value.text(2) || plainText(value)));
  putAll(dispense, 'performer', rxd, 10, (value) => {
    const actor = practitionerReference(value, draft);
    return actor && { actor };
  });
  putSubstitution(resource, rxd, draft);
  put(dispense, 'destination', rxd, 13, (value) => locationReference(value, draft));
}

function noteOf(text: string | undefined): JsonObject | undefined {
  return text === undefined || text === '' ? undefined : { text };
}

function medicineOf(
  rxd: SegmentReader,
  below: readonly SegmentReader[],
  code: JsonObject,
  draft: MappingDraft,
): JsonObject {
  const form = rxd.value(6);
  const [expires, maker] = [rxd.value(19), rxd.value(20)];
  const named = maker && concept(maker, draft);
  return medicineElements({
    code,
    form: form && concept(form, draft),
    strength: strengthOf(draft, rxd, [16, 17]),
    ingredients: componentsOf(
      draft,
      below.filter(({ name }) => name === 'RXC'),
    ),
    batch: filled({ lotNumber: rxd.text(18), expirationDate: expires && date(expires) }),
    manufacturer: named && filled({ type: 'Organization', display: named.text }),
  });
}

function putSubstitution(resource: JsonObject, rxd: SegmentReader, draft: MappingDraft): void {
  const value = rxd.value(11);
  if (value === undefined) return;
  const sent = value.peek();
  const type = concept(value, draft, { table: 'HL70167' });
  if (type !== undefined) resource.substitution = { wasSubstituted: SUBSTITUTED.has(sent), type };
}

/** What FHIR wants, and the message does not say. */
export const UNKNOWN_MEDICINE: JsonObject = {
  medicationCodeableConcept: { extension: [{ url: coreExtension('data-absent-reason'), valueCode: 'unknown' }] },
};
