import type { ResourceOf } from '#sdk';
import { folded, similarity } from './text.ts';

type Patient = ResourceOf<'Patient'>;

/** From 0 (they differ) to 1 (the same); undefined where one of them says nothing. */
type Degree = number | undefined;

/** In what two descriptions of a person agree. */
export interface Agreement {
  /** The same identifier of the same system. */
  readonly identifier: boolean;
  readonly family: Degree;
  readonly given: Degree;
  readonly birthDate: Degree;
  readonly gender: Degree;
  readonly telecom: Degree;
  readonly address: Degree;
  /** They are known to be different children of one birth. */
  readonly isOtherTwin: boolean;
}

export function agreementOf(a: Patient, b: Patient): Agreement {
  return {
    identifier: identifiersOf(a).some((text) => identifiersOf(b).includes(text)),
    family: best(namesOf(a, 'family'), namesOf(b, 'family'), nameDegree),
    given: best(namesOf(a, 'given'), namesOf(b, 'given'), nameDegree),
    birthDate: birthDegree(a.birthDate, b.birthDate),
    gender: genderDegree(a.gender, b.gender),
    telecom: best(telecomsOf(a), telecomsOf(b), telecomDegree),
    address: best(a.address ?? [], b.address ?? [], addressDegree),
    isOtherTwin:
      a.multipleBirthInteger !== undefined &&
      b.multipleBirthInteger !== undefined &&
      a.multipleBirthInteger !== b.multipleBirthInteger,
  };
}

function identifiersOf({ identifier = [] }: Patient): readonly string[] {
  return identifier.flatMap(({ system, value }) => (system && value ? [`${system}|${value}`] : []));
}

function namesOf({ name = [] }: Patient, part: 'family' | 'given'): readonly string[] {
  const texts = name.flatMap((each) => (part === 'family' ? [each.family ?? ''] : (each.given ?? []).slice(0, 1)));
  return texts.map(folded).filter((text) => text !== '');
}

/** Addresses for electronic mail, and digits of telephone numbers without leading zeros. */
function telecomsOf({ telecom = [] }: Patient): readonly string[] {
  return telecom.flatMap(({ system, value = '' }) => {
    if (system === 'email') return [value.trim().toLowerCase()];
    const digits = value.replace(/\D/g, '').replace(/^0+/, '');
    return digits.length < SHORTEST ? [] : [digits];
  });
}

const SHORTEST = 6;

/** Some write the country before the number, some do not. */
function telecomDegree(a: string, b: string): number {
  if (a === b) return 1;
  return !a.includes('@') && (a.endsWith(b) || b.endsWith(a)) ? 1 : 0;
}

function nameDegree(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length === 1 || b.length === 1) return a.charAt(0) === b.charAt(0) ? 0.6 : 0;
  return similarity(a, b) >= 0.9 ? 0.8 : 0;
}

/** Of days; a date that says less agrees as far as it goes. */
function birthDegree(a: string | undefined, b: string | undefined): Degree {
  if (a === undefined || b === undefined) return undefined;
  if (a === b) return a.length === 10 ? 1 : 0.4;
  if (a.startsWith(b) || b.startsWith(a)) return 0.4;
  if (a.length !== 10 || b.length !== 10) return 0;
  const [year = '', month = '', day = ''] = a.split('-');
  if (b === `${year}-${day}-${month}`) return 0.6;
  return [...a].filter((digit, place) => digit !== b[place]).length === 1 ? 0.5 : 0;
}

function genderDegree(a: Patient['gender'], b: Patient['gender']): Degree {
  if (a === undefined || b === undefined || a === 'unknown' || b === 'unknown') return undefined;
  return a === b ? 1 : 0;
}

function addressDegree(a: NonNullable<Patient['address']>[number], b: NonNullable<Patient['address']>[number]): Degree {
  const [place, otherPlace] = [a, b].map(({ postalCode, city }) => folded(postalCode ?? city ?? ''));
  const [line, otherLine] = [a, b].map((each) => folded(each.line?.[0] ?? ''));
  if (place === '' || otherPlace === '') return undefined;
  if (place !== otherPlace) return 0;
  return line !== '' && line === otherLine ? 1 : 0.5;
}

function best<T>(a: readonly T[], b: readonly T[], degree: (x: T, y: T) => Degree): Degree {
  const degrees = a.flatMap((x) => b.map((y) => degree(x, y))).filter((each) => each !== undefined);
  return degrees.length === 0 ? undefined : Math.max(...degrees);
}
