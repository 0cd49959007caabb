import type { Agreement } from './agreement.ts';

/** https://hl7.org/fhir/R4/valueset-match-grade.html; what is certainly not the same person is left out. */
export type Grade = 'certain' | 'probable' | 'possible';

export interface Score {
  /** 0 to 1. */
  readonly score: number;
  readonly grade: Grade | undefined;
}

/** What each part tells of who somebody is, in hundredths. */
const WEIGHTS = { family: 25, given: 20, birthDate: 30, gender: 5, telecom: 10, address: 10 } as const;
/** Name and birth date; who tells less of somebody cannot find them so surely. */
const ENOUGH = 75;
const PROBABLE = 0.8;
const POSSIBLE = 0.55;

/**
 * How sure it is that two descriptions are of one person. Families live together: with another given name it is never more
 * than possible, whatever else agrees, and without an identifier, a telephone or an address that agrees it is not certain.
 */
export function scoreOf(agreement: Agreement): Score {
  let [sum, known] = [0, 0];
  for (const [part, weight] of Object.entries(WEIGHTS)) {
    const degree = agreement[part as keyof typeof WEIGHTS];
    if (degree === undefined) continue;
    known += weight;
    sum += weight * degree;
  }
  const described = known === 0 ? 0 : (sum / known) * Math.min(1, known / ENOUGH);
  const score = agreement.identifier ? (1 + described) / 2 : described;
  return { score: Math.round(score * 1000) / 1000, grade: gradeOf(agreement, described) };
}

function gradeOf(agreement: Agreement, described: number): Grade | undefined {
  const { identifier, family, given, birthDate, gender, isOtherTwin } = agreement;
  const isPossible = identifier || described >= POSSIBLE;
  if (isOtherTwin || given === 0 || birthDate === 0) return isPossible ? 'possible' : undefined;
  if (isCertain(agreement)) return 'certain';
  if (identifier && gender !== 0 && family !== 0) return 'probable';
  if (described >= PROBABLE && given !== undefined && birthDate !== undefined) return 'probable';
  return isPossible ? 'possible' : undefined;
}

/** Nothing that is told is against it. */
function isCertain({ identifier, family, given, birthDate, gender, telecom, address }: Agreement): boolean {
  if (gender === 0) return false;
  if (identifier) return [family, given, birthDate].every((degree) => degree === undefined || degree === 1);
  return family === 1 && given === 1 && birthDate === 1 && (telecom === 1 || address === 1);
}
