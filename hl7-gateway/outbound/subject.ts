import type { JsonObject } from '../../server/kernel/json.ts';
import { referenceOf } from '../map/json.ts';
import type { Telling } from './tell.ts';

/** The patient whom something is about; undefined for groups, devices, and who is not there. */
export function subjectOf(telling: Telling): JsonObject | undefined {
  const { subject, patient } = telling.resource;
  const found = telling.find(referenceOf(subject) || referenceOf(patient));
  return found?.resourceType === 'Patient' ? found : undefined;
}
