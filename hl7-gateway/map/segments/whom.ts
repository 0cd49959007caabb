import type { JsonObject } from '../../../server/kernel/json.ts';
import type { PatientScope } from './patient-scope.ts';

/** The elements by which a type says whom it is about: `subject` or `patient`, `encounter` or `context`. */
export interface WhomElements {
  readonly patient: 'subject' | 'patient';
  readonly visit: 'encounter' | 'context';
}

export const SUBJECT: WhomElements = { patient: 'subject', visit: 'encounter' };

/** A visit without number cannot be recognised again: each resource that refers to it contains it. */
export function whomElements({ patient, visit }: PatientScope, names: WhomElements): JsonObject {
  return {
    ...(visit?.contained === undefined ? {} : { contained: [visit.contained] }),
    [names.patient]: patient.reference,
    ...(visit === undefined ? {} : { [names.visit]: visit.reference }),
  };
}
