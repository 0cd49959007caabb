import { compareDecimals, divideDecimals, multiplyDecimals, type ResourceOf } from '#sdk';
import { plainDecimal } from '../knowledge/plain-decimal.ts';
import { LOINC } from '../names.ts';
import { daysSince } from './patient.ts';

type Observation = ResourceOf<'Observation'>;

/** LOINC codes of what is looked at; those of Synthea's and US Core's data. */
const WEIGHT = ['29463-7'];
const EGFR = ['33914-3'];
const CREATININE = ['2160-0', '38483-4'];
const PREGNANCY = ['82810-3'];

export const MEASUREMENT_CODES: readonly string[] = [...WEIGHT, ...EGFR, ...CREATININE, ...PREGNANCY];

const USABLE: ReadonlySet<string> = new Set(['final', 'amended', 'corrected', 'preliminary']);
const ADULT = 6574;
const KIDNEY_DAYS = 365;
const PREGNANCY_DAYS = 300;
/** SNOMED CT: patient currently pregnant. */
const PREGNANT = '77386006';

/** For how many days a weight can be used: the younger, the faster it changes. */
function weightDays(age: number | undefined): number {
  if (age !== undefined && age < 731) return 30;
  return age !== undefined && age < 4383 ? 90 : 365;
}

/** The newest weight, in kilograms, unless it is too old for the age. */
export function freshWeight(
  observations: readonly Observation[],
  age: number | undefined,
  at: Date,
): string | undefined {
  const found = newest(observations, WEIGHT, at);
  const days = found && daysSince(timeOf(found), at);
  return found === undefined || days === undefined || days > weightDays(age) ? undefined : kilograms(found);
}

function kilograms({ valueQuantity }: Observation): string | undefined {
  const value = plainDecimal(valueQuantity, 'value');
  if (value === undefined || compareDecimals(value, '0') <= 0) return undefined;
  switch (valueQuantity?.code ?? valueQuantity?.unit) {
    case 'kg':
      return value;
    case 'g':
      return divideDecimals(value, '1000');
    case '[lb_av]':
      return multiplyDecimals(value, '0.45359237');
    default:
      return undefined;
  }
}

/** mL/min/1.73 m2: measured, or of adults by their creatinine; undefined when there is none of the last year. */
export function kidneyFunction(
  observations: readonly Observation[],
  { gender }: Pick<ResourceOf<'Patient'>, 'gender'>,
  age: number | undefined,
  at: Date,
): number | undefined {
  const isRecent = (each: Observation | undefined): each is Observation =>
    (daysSince(each && timeOf(each), at) ?? Infinity) <= KIDNEY_DAYS;
  const measured = newest(observations, EGFR, at);
  const creatinine = newest(observations, CREATININE, at);
  const isNewer =
    isRecent(measured) && (!isRecent(creatinine) || (timeOf(measured) ?? '') >= (timeOf(creatinine) ?? ''));
  if (isNewer) {
    const value = Number(plainDecimal(measured.valueQuantity, 'value'));
    if (value >= 0) return value;
  }
  if (!isRecent(creatinine) || age === undefined || age < ADULT) return undefined;
  return estimated(creatinine, gender, age / 365.25);
}

/** CKD-EPI 2021, without race: https://doi.org/10.1056/NEJMoa2102953. An estimate, hence in binary floats. */
function estimated({ valueQuantity }: Observation, gender: string | undefined, years: number): number | undefined {
  const value = Number(plainDecimal(valueQuantity, 'value'));
  const unit = valueQuantity?.code ?? valueQuantity?.unit;
  const milligrams = unit === 'mg/dL' ? value : unit === 'umol/L' ? value / 88.42 : NaN;
  if (!(milligrams > 0) || (gender !== 'female' && gender !== 'male')) return undefined;
  const isFemale = gender === 'female';
  const ratio = milligrams / (isFemale ? 0.7 : 0.9);
  const low = Math.min(ratio, 1) ** (isFemale ? -0.241 : -0.302);
  return Math.round(142 * low * Math.max(ratio, 1) ** -1.2 * 0.9938 ** years * (isFemale ? 1.012 : 1));
}

/** What the newest status of pregnancy says; undefined when there is none that can still hold. */
export function pregnancyStatus(observations: readonly Observation[], at: Date): boolean | undefined {
  const found = newest(observations, PREGNANCY, at);
  if (found === undefined || (daysSince(timeOf(found), at) ?? Infinity) > PREGNANCY_DAYS) return undefined;
  const { coding = [], text = '' } = found.valueCodeableConcept ?? {};
  return coding.some(({ code }) => code === PREGNANT) || /^(currently )?pregnant$/i.test(text);
}

function newest(observations: readonly Observation[], codes: readonly string[], at: Date): Observation | undefined {
  const matching = observations.filter(
    (each) =>
      USABLE.has(each.status) &&
      (daysSince(timeOf(each), at) ?? -1) >= 0 &&
      (each.code.coding ?? []).some(
        ({ system, code }) => system === LOINC && code !== undefined && codes.includes(code),
      ),
  );
  return matching.sort((a, b) => Date.parse(timeOf(b) ?? '') - Date.parse(timeOf(a) ?? ''))[0];
}

function timeOf({ effectiveDateTime, effectiveInstant, effectivePeriod }: Observation): string | undefined {
  return effectiveDateTime ?? effectiveInstant ?? effectivePeriod?.end ?? effectivePeriod?.start;
}
