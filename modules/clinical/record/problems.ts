import type { ResourceOf } from '#sdk';
import { hasCode } from '../terms.ts';

type Condition = ResourceOf<'Condition'>;

const SYSTEM = 'http://terminology.hl7.org/CodeSystem/condition';

/** Neither refuted nor entered in error; it may be over. */
export function isTrue({ verificationStatus }: Pick<Condition, 'verificationStatus'>): boolean {
  return !hasCode(verificationStatus, `${SYSTEM}-ver-status`, ['refuted', 'entered-in-error']);
}

export function isOver({ clinicalStatus, abatementDateTime }: Omit<Condition, 'resourceType'>): boolean {
  if (hasCode(clinicalStatus, `${SYSTEM}-clinical`, ['inactive', 'remission', 'resolved'])) return true;
  return clinicalStatus === undefined && abatementDateTime !== undefined;
}
