import type { JsonObject } from '../../../server/kernel/json.ts';
import { administrationMethod, bodySite, routeOfAdministration } from '../codes/clinical-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { OrderTiming } from './timing.ts';
import { amount, unitOf } from './units.ts';

/** Fields that hold a dose: least, most, units. */
export type DoseFields = readonly [least: number, most: number, units: number];

/** How much each time: RXO-2 to 4, RXE-3 to 5. */
export function doseOf(
  draft: MappingDraft,
  segment: SegmentReader,
  [least, most, units]: DoseFields,
): JsonObject | undefined {
  const unit = segment.has(least) || segment.has(most) ? unitOf(segment.value(units), draft) : undefined;
  const low = amount(segment.text(least), unit);
  const high = amount(segment.text(most), unit);
  if (low !== undefined && high !== undefined) return { doseRange: { low, high } };
  const only = low ?? high;
  return only === undefined ? undefined : { doseQuantity: only };
}

/**
 * When, and how much each time where the timing says it. Instructions and conditions are texts of the dosage.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-tq1-to-medicationrequest.html
 */
export function timedDosage({
  quantity,
  timing,
  start,
  end,
  condition,
  instruction,
  isAsNeeded,
}: OrderTiming): JsonObject {
  const dosage: JsonObject = {};
  const period = { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
  if (timing !== undefined) dosage.timing = timing;
  else if (Object.keys(period).length > 0) dosage.timing = { repeat: { boundsPeriod: period } };
  if (isAsNeeded) dosage.asNeededBoolean = true;
  if (quantity !== undefined) dosage.doseAndRate = [{ doseQuantity: quantity }];
  if (condition !== undefined) dosage.additionalInstruction = [{ text: condition }];
  if (instruction !== undefined) dosage.text = instruction;
  return dosage;
}

/** RXR: which way, where, and how. */
export function putRoute(dosage: JsonObject, rxr: SegmentReader, draft: MappingDraft): void {
  const [route, site, , method, instruction] = [1, 2, 3, 4, 5].map((field) => rxr.value(field));
  const made: JsonObject = {
    route: route && concept(route, draft, { map: routeOfAdministration }),
    site: site && concept(site, draft, { map: bodySite }),
    method: method && concept(method, draft, { map: administrationMethod }),
  };
  for (const [element, value] of Object.entries(made)) if (value !== undefined) dosage[element] = value;
  const additional = instruction && concept(instruction, draft);
  if (additional !== undefined) append(dosage, 'additionalInstruction', additional);
}

/** The dose of the order where its timing says none. */
export function putDoseAndRate(dosage: JsonObject, dose: JsonObject | undefined, rate: JsonObject | undefined): void {
  const timed = (dosage.doseAndRate as JsonObject[] | undefined)?.[0];
  const made = { ...timed, ...dose, ...(rate === undefined ? {} : { rateQuantity: rate }) };
  if (dose !== undefined && 'doseRange' in dose) delete (made as JsonObject).doseQuantity;
  if (Object.keys(made).length > 0) dosage.doseAndRate = [made];
}

const DAY: JsonObject = { value: 1, unit: 'd', system: 'http://unitsofmeasure.org', code: 'd' };

/** RXE-19, RXD-12: the most in a day. */
export function maximumOfDay(numerator: JsonObject | undefined): JsonObject | undefined {
  return numerator === undefined ? undefined : { numerator, denominator: DAY };
}
