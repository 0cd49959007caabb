import { codesOf, LOINC } from '../terms.ts';

/** Of what anybody alive can have: lowest and highest, in a unit. */
export type Range = readonly [low: string, high: string];

export interface VitalSign {
  readonly name: string;
  readonly title: string;
  /** LOINC, as the vital signs of FHIR R4 use it: https://hl7.org/fhir/R4/observation-vitalsigns.html */
  readonly codes: readonly string[];
  /** By UCUM code. */
  readonly units: Readonly<Record<string, Range>>;
}

/**
 * Vital signs with what is possible at all, not what is normal: premature children and the tallest, heaviest and hottest
 * people that were ever described lie within. What lies outside was typed wrongly.
 */
const SIGNS = [
  { name: 'heart-rate', title: 'Heart rate', codes: ['8867-4'], units: { '/min': ['0', '400'] } },
  { name: 'respiratory-rate', title: 'Respiratory rate', codes: ['9279-1'], units: { '/min': ['0', '150'] } },
  {
    name: 'temperature',
    title: 'Body temperature',
    codes: ['8310-5'],
    units: { Cel: ['10', '50'], '[degF]': ['50', '122'] },
  },
  { name: 'oxygen-saturation', title: 'Oxygen saturation', codes: ['2708-6', '59408-5'], units: { '%': ['0', '100'] } },
  {
    name: 'height',
    title: 'Body height',
    codes: ['8302-2', '8306-3'],
    units: { cm: ['10', '280'], m: ['0.1', '2.8'], '[in_i]': ['4', '110'] },
  },
  {
    name: 'weight',
    title: 'Body weight',
    codes: ['29463-7'],
    units: { kg: ['0.1', '700'], g: ['100', '700000'], '[lb_av]': ['0.2', '1543'] },
  },
  { name: 'bmi', title: 'Body mass index', codes: ['39156-5'], units: { 'kg/m2': ['3', '300'] } },
  {
    name: 'head-circumference',
    title: 'Head circumference',
    codes: ['9843-4'],
    units: { cm: ['10', '100'], '[in_i]': ['4', '39'] },
  },
  {
    name: 'systolic',
    title: 'Systolic blood pressure',
    codes: ['8480-6'],
    units: { 'mm[Hg]': ['0', '400'], kPa: ['0', '53.4'] },
  },
  {
    name: 'diastolic',
    title: 'Diastolic blood pressure',
    codes: ['8462-4'],
    units: { 'mm[Hg]': ['0', '400'], kPa: ['0', '53.4'] },
  },
] as const satisfies readonly VitalSign[];

export type VitalName = (typeof SIGNS)[number]['name'];

const byCode: ReadonlyMap<string, VitalSign> = new Map(
  SIGNS.flatMap((sign: VitalSign) => sign.codes.map((code) => [code, sign] as const)),
);

/** The vital sign that an Observation or one of its components is about; undefined for everything else. */
export function vitalSignOf(code: Parameters<typeof codesOf>[0]): VitalSign | undefined {
  for (const each of codesOf(code, LOINC)) {
    const sign = byCode.get(each);
    if (sign !== undefined) return sign;
  }
  return undefined;
}

export function vitalSign(name: VitalName): VitalSign {
  const sign = SIGNS.find((each) => each.name === name);
  if (sign === undefined) throw new Error(`there is no vital sign ${name}`);
  return sign;
}
