import { bulkExport } from './bulk-export.ts';
import { guessedPassword } from './guessed-password.ts';
import { manyPatients } from './many-patients.ts';
import { noRelationship } from './no-relationship.ts';
import { outOfHours } from './out-of-hours.ts';
import { ownRecord } from './own-record.ts';
import type { BreachRule } from './rule.ts';
import { sameSurname } from './same-surname.ts';
import { sensitiveRecord } from './sensitive-record.ts';
import { twoCountries } from './two-countries.ts';
import { walkingIds } from './walking-ids.ts';

/** What a pass looks for. */
export const RULES: readonly BreachRule[] = [
  manyPatients,
  ownRecord,
  sameSurname,
  sensitiveRecord,
  noRelationship,
  outOfHours,
  bulkExport,
  twoCountries,
  guessedPassword,
  walkingIds,
];
