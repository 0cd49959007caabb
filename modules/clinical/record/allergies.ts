import type { ResourceOf } from '#sdk';
import { ABSENT_UNKNOWN, codesOf, hasCode, SNOMED } from '../terms.ts';

type Allergy = ResourceOf<'AllergyIntolerance'>;

/** What a statement that there is no allergy speaks of: all, or one category of AllergyIntolerance.category. */
type NoneOf = 'any' | 'medication' | 'food' | 'environment';

const NONE: Readonly<Record<string, NoneOf>> = {
  [`${SNOMED}|716186003`]: 'any',
  [`${SNOMED}|160244002`]: 'any',
  [`${SNOMED}|409137002`]: 'medication',
  [`${SNOMED}|429625007`]: 'food',
  [`${SNOMED}|428607008`]: 'environment',
  [`${ABSENT_UNKNOWN}|no-known-allergies`]: 'any',
  [`${ABSENT_UNKNOWN}|no-known-medication-allergies`]: 'medication',
  [`${ABSENT_UNKNOWN}|no-known-food-allergies`]: 'food',
  [`${ABSENT_UNKNOWN}|no-known-environmental-allergies`]: 'environment',
};

/** Statements about something narrower than a category, or about not knowing: they contradict no allergy. */
const OTHER_STATEMENTS: readonly string[] = [`${SNOMED}|716184000`, `${ABSENT_UNKNOWN}|no-allergy-info`];

/** Undefined for an allergy; what a "no known …" statement says otherwise. */
function noneOf({ code }: Pick<Allergy, 'code'>): NoneOf | undefined {
  return keysOf(code).flatMap((key) => NONE[key] ?? [])[0];
}

/** Whether it says that somebody has an allergy, rather than that they have none or that nothing is known. */
export function isAllergy(allergy: Pick<Allergy, 'code'>): boolean {
  return noneOf(allergy) === undefined && !keysOf(allergy.code).some((key) => OTHER_STATEMENTS.includes(key));
}

/** Neither over, nor refuted, nor entered in error. */
export function isInForce({ clinicalStatus, verificationStatus }: Omit<Allergy, 'resourceType'>): boolean {
  const system = 'http://terminology.hl7.org/CodeSystem/allergyintolerance';
  return (
    !hasCode(clinicalStatus, `${system}-clinical`, ['inactive', 'resolved']) &&
    !hasCode(verificationStatus, `${system}-verification`, ['refuted', 'entered-in-error'])
  );
}

/** Whether one of the two says that there is none of what the other one is. An allergy without a category is any. */
export function contradict(a: Allergy, b: Allergy): boolean {
  return denies(a, b) || denies(b, a);
}

function denies(statement: Allergy, allergy: Allergy): boolean {
  const none = noneOf(statement);
  if (none === undefined || !isAllergy(allergy)) return false;
  return none === 'any' || (allergy.category?.includes(none) ?? false);
}

/** Whether the substance is named in words alone, so that no program can tell what it is. */
export function isUncoded(allergy: Allergy): boolean {
  const substances = [allergy.code, ...(allergy.reaction ?? []).map(({ substance }) => substance)];
  return !substances.some((each) => (each?.coding ?? []).some(({ code }) => code !== undefined));
}

function keysOf(code: Allergy['code']): readonly string[] {
  return [SNOMED, ABSENT_UNKNOWN].flatMap((system) => codesOf(code, system).map((each) => `${system}|${each}`));
}
