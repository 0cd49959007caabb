import type { ModuleCode } from '#sdk';
import { bedStatus } from './bots/bed-status.ts';
import { duplicates } from './bots/duplicates.ts';
import { admit } from './operations/admit.ts';
import { discharge } from './operations/discharge.ts';
import { match } from './operations/match.ts';
import { merge } from './operations/merge.ts';
import { register } from './operations/register.ts';
import { transfer } from './operations/transfer.ts';
import { unmerge } from './operations/unmerge.ts';
import { beds } from './projections/beds.ts';
import { mrn as mrnNumbers } from './projections/mrn.ts';
import { encounterCourse } from './rules/encounter-course.ts';
import { mrn } from './rules/mrn.ts';
import { openBed } from './rules/open-bed.ts';
import { partOf } from './rules/part-of.ts';
import { replacedPatient } from './rules/replaced-patient.ts';

export const code: ModuleCode = {
  rules: [mrn, replacedPatient, encounterCourse, openBed, partOf],
  operations: [admit, transfer, discharge, match, register, merge, unmerge],
  projections: [mrnNumbers, beds],
  bots: [bedStatus, duplicates],
};
