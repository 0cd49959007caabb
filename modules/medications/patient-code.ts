import { mrnOf } from '#modules/administration';
import type { ResourceOf } from '#sdk';
import { CANONICAL } from './order.ts';

const WRISTBAND = `${CANONICAL}/wristband`;
const IDENTIFIER_TYPE = 'http://terminology.hl7.org/CodeSystem/v2-0203';

/**
 * Whether what was scanned is on the patient's wristband: their medical record number, or the number of the wristband. Other
 * identifiers, such as one of an insurance, are on cards that lie about.
 */
export function isPatientsCode(patient: ResourceOf<'Patient'>, scanned: string): boolean {
  const text = scanned.trim();
  if (text === '') return false;
  if (mrnOf(patient)?.value === text) return true;
  return (patient.identifier ?? []).some(
    ({ system, type, value, use }) =>
      value === text &&
      use !== 'old' &&
      (system === WRISTBAND ||
        (type?.coding ?? []).some((each) => each.system === IDENTIFIER_TYPE && each.code === 'MR')),
  );
}
