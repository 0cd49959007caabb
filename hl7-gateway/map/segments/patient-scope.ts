import type { JsonObject } from '../../../server/kernel/json.ts';
import type { MappedPatient } from './patient.ts';
import type { Visit } from './visit.ts';

/** Whom and which visit segments are about. */
export interface PatientScope {
  readonly patient: MappedPatient;
  readonly visit?: Visit | undefined;
}

/** For `encounter` elements: the visit where it is a resource of its own. */
export function encounterOf({ visit }: PatientScope): JsonObject | undefined {
  return visit?.contained === undefined ? visit?.reference : undefined;
}
