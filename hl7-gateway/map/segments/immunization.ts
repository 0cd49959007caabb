import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { bodySite, completionStatus, routeOfAdministration } from '../codes/clinical-codes.ts';
import { code, concept } from '../datatypes/concept.ts';
import { date, dateTime } from '../datatypes/date-time.ts';
import { locationReference } from '../datatypes/location.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, filled, put, putAll, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { address } from '../datatypes/address.ts';
import { amount, unitOf } from './units.ts';

/** Table 0443. */
const FUNCTIONS = 'http://terminology.hl7.org/CodeSystem/v2-0443';
/** CDC's list of where a record comes from: 00 is a dose that its sender gave, all others are told by somebody. */
const NEW_RECORD = '00';
/** RXA-6 of a dose whose amount nobody knows. */
const UNKNOWN_AMOUNT = '999';

/**
 * What RXA says of a dose.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-rxa-to-immunization.html
 */
export function putDose(dose: Elements, rxa: SegmentReader, draft: MappingDraft): void {
  const { resource } = dose;
  rxa.skip(1, 2);
  put(dose, 'occurrenceDateTime', rxa, 3, (value) => dateTime(value, draft));
  put(dose, 'vaccineCode', rxa, 5, (value) => concept(value, draft));
  putAmount(resource, rxa, draft);
  putOrigin(resource, rxa, draft);
  for (const value of rxa.values(10)) appendPerformer(resource, 'AP', practitionerReference(value, draft));
  putPlace(resource, rxa, draft);
  put(dose, 'lotNumber', rxa, 15, (value) => value.text());
  put(dose, 'expirationDate', rxa, 16, date);
  put(dose, 'manufacturer', rxa, 17, (value) => manufacturer(value, draft));
  put(dose, 'statusReason', rxa, 18, (value) => concept(value, draft));
  putAll(dose, 'reasonCode', rxa, 19, (value) => concept(value, draft));
  if (rxa.text(21) !== 'U') put(dose, 'recorded', rxa, 22, (value) => dateTime(value, draft));
  resource.status = statusOf(rxa, draft);
}

/** RXR: how and where it was given. */
export function putDoseRoute(dose: Elements, rxr: SegmentReader, draft: MappingDraft): void {
  put(dose, 'route', rxr, 1, (value) => concept(value, draft, { map: routeOfAdministration }));
  put(dose, 'site', rxr, 2, (value) => concept(value, draft, { map: bodySite }));
}

/** Who ordered (ORC-12) and who gave it (RXA-10). */
export function appendPerformer(resource: JsonObject, role: string, actor: JsonObject | undefined): void {
  if (actor !== undefined)
    append(resource, 'performer', { function: { coding: [{ system: FUNCTIONS, code: role }] }, actor });
}

/** RXA-21 D takes the record back; RXA-20 otherwise, complete where it is empty. */
function statusOf(rxa: SegmentReader, draft: MappingDraft): string {
  const sent = rxa.value(20);
  const completion = (sent && code(sent, draft, completionStatus, true)) ?? 'completed';
  return rxa.text(21) === 'D' ? 'entered-in-error' : completion;
}

function putAmount(resource: JsonObject, rxa: SegmentReader, draft: MappingDraft): void {
  const number = rxa.text(6);
  if (number === UNKNOWN_AMOUNT) return;
  const doseQuantity = amount(number, unitOf(rxa.value(7), draft));
  if (doseQuantity !== undefined) resource.doseQuantity = doseQuantity;
}

function putOrigin(resource: JsonObject, rxa: SegmentReader, draft: MappingDraft): void {
  for (const value of rxa.values(9)) {
    const made = concept(value, draft);
    if (value.peek(3) !== 'NIP001') {
      const text = made?.text;
      if (text !== undefined) append(resource, 'note', { text });
    } else if (value.peek(1) === NEW_RECORD) resource.primarySource = true;
    else if (made !== undefined) Object.assign(resource, { primarySource: false, reportOrigin: made });
  }
}

/** RXA-27, or in older versions the facility in RXA-11; RXA-28 is its address. */
function putPlace(resource: JsonObject, rxa: SegmentReader, draft: MappingDraft): void {
  const postal = rxa.value(28);
  const where = postal && address(postal, draft);
  const more = where === undefined ? {} : { address: where };
  const [place, older] = [rxa.value(27), rxa.value(11)];
  const location = (place && locationReference(place, draft, more)) ?? (older && locationReference(older, draft, more));
  if (location !== undefined) resource.location = location;
}

function manufacturer(value: Value, draft: MappingDraft): JsonObject | undefined {
  const made = concept(value, draft);
  const [coding] = Array.isArray(made?.coding) ? (made.coding as JsonObject[]) : [];
  const identifier = coding && filled({ system: coding.system, value: coding.code });
  return filled({ type: 'Organization', identifier, display: made?.text });
}

/** FHIR wants a time and a vaccine; what the message does not say is marked as absent. */
export const ABSENT: JsonObject = { extension: [{ url: coreExtension('data-absent-reason'), valueCode: 'unknown' }] };
