/** What other modules may import of this one, as #modules/administration. */
import type { ResourceOf } from '#sdk';
import { ownNumbers, type RecordNumber } from './mrn/number.ts';

export { isBed } from './encounter/bed.ts';
export { isMergeRelink } from './merge/is-merge-relink.ts';
export type { RecordNumber } from './mrn/number.ts';

/** The medical record number that stands on the patient's wristband; undefined when the clinic gave none. */
export function mrnOf(patient: ResourceOf<'Patient'>): RecordNumber | undefined {
  return ownNumbers(patient)[0];
}
