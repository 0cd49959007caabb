import type { Observation } from '@medplum/fhirtypes';
import { conceptText, quantityText } from '../fhir/text.ts';

/** The first of each code, of observations that come newest first. */
export function newestPerCode(observations: readonly Observation[]): readonly Observation[] {
  const newest = new Map<string, Observation>();
  for (const observation of observations) {
    const { system = '', code } = observation.code.coding?.[0] ?? {};
    const key = code === undefined ? conceptText(observation.code) : `${system}|${code}`;
    if (!newest.has(key)) newest.set(key, observation);
  }
  return [...newest.values()];
}

/** What was measured; of a panel, such as blood pressure, each part by its name; or why there is nothing. */
export function valueText({
  valueQuantity,
  valueCodeableConcept,
  component = [],
  dataAbsentReason,
}: Observation): string {
  if (valueQuantity !== undefined) return quantityText(valueQuantity);
  if (valueCodeableConcept !== undefined) return conceptText(valueCodeableConcept);
  const parts = component.map((part) => `${conceptText(part.code)} ${quantityText(part.valueQuantity)}`);
  return parts.length > 0 ? parts.join(', ') : conceptText(dataAbsentReason);
}
