import type { JsonObject } from '../../../server/kernel/json.ts';
import { allowSubstitution } from '../codes/clinical-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { wholeNumber } from '../datatypes/quantity.ts';
import { plainText } from '../datatypes/text.ts';
import { append, filled, put, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { doseOf, maximumOfDay, type DoseFields } from './dosage.ts';
import { strengthOf, type MedicineDetails } from './medication.ts';
import { amount, amountOfCq, unitOf } from './units.ts';

/** Where RXO and RXE have what both say. */
interface DrugFields {
  readonly code: number;
  readonly dose: DoseFields;
  readonly form: number;
  readonly instructions: number;
  readonly substitution: number;
  readonly quantity: readonly [number: number, units: number];
  readonly refills: number;
  readonly prescriber: number;
  readonly strength: readonly [number: number, units: number, volume: number, volumeUnits: number];
  readonly indication: number;
  readonly pharmacy: number;
  /** Instructions for the pharmacy. */
  readonly dispensing: number;
  /** Amount and units of a rate. */
  readonly rate: readonly [number: number, units: number];
}

const RXO: DrugFields = {
  code: 1,
  dose: [2, 3, 4],
  form: 5,
  instructions: 7,
  substitution: 9,
  quantity: [11, 12],
  refills: 13,
  prescriber: 14,
  strength: [18, 19, 25, 26],
  indication: 20,
  pharmacy: 32,
  dispensing: 6,
  rate: [22, 23],
};

const RXE: DrugFields = {
  code: 2,
  dose: [3, 4, 5],
  form: 6,
  instructions: 7,
  substitution: 9,
  quantity: [10, 11],
  refills: 12,
  prescriber: 13,
  strength: [25, 26, 33, 34],
  indication: 27,
  pharmacy: 40,
  dispensing: 21,
  rate: [23, 24],
};

/** What a drug segment says of the medicine, and what of the dosage. */
export interface DrugOrder {
  readonly medicine: MedicineDetails | undefined;
  readonly dose: JsonObject | undefined;
  readonly rate: JsonObject | undefined;
  readonly instructions: readonly string[];
  readonly maximum: JsonObject | undefined;
}

/**
 * RXO or RXE: what is ordered, how much of it, and what the pharmacy shall do.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-rxo-to-medicationrequest.html
 */
export function putDrugOrder(request: Elements, segment: SegmentReader, draft: MappingDraft): DrugOrder {
  const { resource } = request;
  const isEncoded = segment.name === 'RXE';
  const fields = isEncoded ? RXE : RXO;
  putSubstitution(request, segment, fields, draft);
  putDispensing(resource, segment, fields, draft);
  put(request, 'requester', segment, fields.prescriber, (value) => practitionerReference(value, draft));
  for (const value of segment.values(fields.indication)) {
    const reason = concept(value, draft);
    if (reason !== undefined) append(resource, 'reasonCode', reason);
  }
  for (const text of textsOf(segment, fields.dispensing)) append(resource, 'note', { text });
  if (isEncoded) put(request, 'authoredOn', segment, 32, (value) => dateTime(value, draft));
  const code = segment.value(fields.code);
  const made = code && concept(code, draft);
  const form = segment.value(fields.form);
  const [rateAmount, rateUnits] = fields.rate;
  return {
    medicine: made && {
      code: made,
      form: form && concept(form, draft),
      strength: strengthOf(draft, segment, fields.strength),
    },
    dose: doseOf(draft, segment, fields.dose),
    rate: segment.has(rateAmount)
      ? amount(segment.text(rateAmount), unitOf(segment.value(rateUnits), draft))
      : undefined,
    instructions: textsOf(segment, fields.instructions),
    maximum: isEncoded ? maximumOfDay(amountOfCq(segment.value(19), draft)) : undefined,
  };
}

function textsOf(segment: SegmentReader, field: number): readonly string[] {
  return segment
    .values(field)
    .map(instruction)
    .filter((text) => text !== undefined);
}

/** A coded instruction as people read it. */
function instruction(value: Value): string | undefined {
  const text = value.text(2) || value.text(9);
  const code = value.text(1);
  return text || code || plainText(value);
}

/** N forbids it; other codes say which is allowed. */
function putSubstitution(
  { resource }: Elements,
  segment: SegmentReader,
  { substitution }: DrugFields,
  draft: MappingDraft,
): void {
  const value = segment.value(substitution);
  if (value === undefined) return;
  if (segment.name === 'RXO' && value.peek() === 'N') {
    value.text();
    resource.substitution = { allowedBoolean: false };
    return;
  }
  const options = segment.name === 'RXO' ? { map: allowSubstitution } : { table: 'HL70167' };
  const allowedCodeableConcept = concept(value, draft, options);
  if (allowedCodeableConcept !== undefined) resource.substitution = { allowedCodeableConcept };
}

function putDispensing(resource: JsonObject, segment: SegmentReader, fields: DrugFields, draft: MappingDraft): void {
  const [number, units] = fields.quantity;
  const quantity = segment.has(number) ? amount(segment.text(number), unitOf(segment.value(units), draft)) : undefined;
  const refills = wholeNumber(segment.text(fields.refills));
  const pharmacy = segment.value(fields.pharmacy);
  const named = pharmacy && concept(pharmacy, draft);
  const [coding] = Array.isArray(named?.coding) ? (named.coding as JsonObject[]) : [];
  const identifier = coding && filled({ system: coding.system, value: coding.code });
  const made: JsonObject = {
    quantity,
    numberOfRepeatsAllowed: refills,
    performer: filled({ type: named === undefined ? undefined : 'Organization', identifier, display: named?.text }),
  };
  const before = resource.dispenseRequest as JsonObject | undefined;
  const said = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
  if (Object.keys(said).length > 0) resource.dispenseRequest = { ...before, ...said };
}
