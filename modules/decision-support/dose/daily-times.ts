import { compareDecimals, divideDecimals, multiplyDecimals, type ResourceOf } from '#sdk';
import { plainDecimal } from '../knowledge/plain-decimal.ts';

export type Dosage = NonNullable<ResourceOf<'MedicationRequest'>['dosageInstruction']>[number];
type Repeat = NonNullable<NonNullable<Dosage['timing']>['repeat']>;

/** Days in a unit of time. */
const DAYS: Readonly<Record<string, readonly [numerator: string, denominator: string]>> = {
  s: ['1', '86400'],
  min: ['1', '1440'],
  h: ['1', '24'],
  d: ['1', '1'],
  wk: ['7', '1'],
  mo: ['30', '1'],
  a: ['365', '1'],
};

/** Times a day of the codes of timing.code; https://hl7.org/fhir/R4/valueset-timing-abbreviation.html */
const CODES: Readonly<Record<string, string>> = {
  QD: '1',
  BID: '2',
  TID: '3',
  QID: '4',
  AM: '1',
  PM: '1',
  BED: '1',
  QOD: '0.5',
  Q1H: '24',
  Q2H: '12',
  Q3H: '8',
  Q4H: '6',
  Q6H: '4',
  Q8H: '3',
  WK: '0.142857142857142857142857',
  MO: '0.0333333333333333333333333',
};

/** How often a day a dose is given at most: the upper bound of ranges. Undefined when it is not said in a form that can be read. */
export function timesADay({ timing }: Dosage): string | undefined {
  const { repeat, code } = timing ?? {};
  const byRepeat = repeat && repeated(repeat);
  if (byRepeat !== undefined) return byRepeat;
  const abbreviation = code?.coding?.find((each) => each.code !== undefined && Object.hasOwn(CODES, each.code))?.code;
  return abbreviation === undefined ? undefined : CODES[abbreviation];
}

function repeated(repeat: Repeat): string | undefined {
  const { timeOfDay = [], when = [], dayOfWeek = [], periodUnit } = repeat;
  const period = plainDecimal(repeat, 'period');
  const listed = Math.max(timeOfDay.length, when.length);
  const frequency = plainDecimal(repeat, 'frequencyMax') ?? plainDecimal(repeat, 'frequency');
  const times = frequency ?? String(Math.max(listed, 1));
  if (period === undefined || periodUnit === undefined) {
    // On a day of the week on which doses are due they are due in full.
    return listed > 0 || dayOfWeek.length > 0 ? times : undefined;
  }
  const days = DAYS[periodUnit];
  if (days === undefined || compareDecimals(period, '0') <= 0) return undefined;
  const [numerator, denominator] = days;
  const perDay = divideDecimals(multiplyDecimals(times, denominator), multiplyDecimals(period, numerator));
  // Several times of the day are each a dose.
  return periodUnit === 'd' && compareDecimals(String(listed), perDay) > 0 ? String(listed) : perDay;
}
