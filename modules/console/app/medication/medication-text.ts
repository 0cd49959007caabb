import type { CodeableConcept, Reference } from '@medplum/fhirtypes';
import { conceptText } from '../fhir/text.ts';

interface Medicated {
  readonly medicationCodeableConcept?: CodeableConcept;
  readonly medicationReference?: Reference;
}

/** The name of what was ordered, dispensed or given. */
export function medicationText({ medicationCodeableConcept, medicationReference }: Medicated): string {
  return conceptText(medicationCodeableConcept) || (medicationReference?.display ?? 'A medicine without a name');
}
