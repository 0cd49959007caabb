import { decimalText, type ClinicReader, type Stored } from '#sdk';
import { LOINC } from '../terms.ts';
import { vitalSign, vitalSignOf, type VitalName } from '../vitals/vital-signs.ts';

export interface VitalValue {
  /** A decimal as it was written. */
  readonly value: string;
  /** UCUM, one of the vital sign's units. */
  readonly unit: string;
  /** When it was measured. */
  readonly effective: string;
  /** `Observation/1` */
  readonly reference: string;
}

/** Days back: most have been measured lately, and then the rest need not be looked through. */
const WINDOWS = [1, 30, 400, 40_000];
const DAY = 24 * 3_600_000;

/**
 * The newest value of a vital sign, of an Observation or one of its components, in a unit that is known; never one that was
 * entered in error, cancelled, or measured after `at`.
 * @param patient `Patient/1`
 */
export async function latestVital(
  reader: ClinicReader,
  patient: string,
  name: VitalName,
  at: Date,
): Promise<VitalValue | undefined> {
  const { codes, units } = vitalSign(name);
  const query = new URLSearchParams({
    patient,
    'combo-code': codes.map((code) => `${LOINC}|${code}`).join(','),
    date: `le${at.toISOString()}`,
    status: 'final,amended,corrected,preliminary',
    _sort: '-date',
  });
  for (const days of WINDOWS) {
    const since = new Date(at.getTime() - days * DAY).toISOString();
    const found = await reader.search('Observation', `${query.toString()}&date=ge${since}`, 5000);
    const value = found.flatMap((each) => valuesIn(each, name, units))[0];
    if (value !== undefined) return value;
  }
  return undefined;
}

function valuesIn(observation: Stored<'Observation'>, name: VitalName, units: object): readonly VitalValue[] {
  const effective = observation.effectiveDateTime ?? observation.effectivePeriod?.end;
  return [observation, ...(observation.component ?? [])].flatMap(({ code, valueQuantity }) => {
    const value = decimalText(valueQuantity, 'value');
    const unit = valueQuantity?.code;
    if (vitalSignOf(code)?.name !== name || valueQuantity?.comparator !== undefined) return [];
    if (value === undefined || unit === undefined || effective === undefined || !Object.hasOwn(units, unit)) return [];
    return [{ value, unit, effective, reference: `Observation/${observation.id}` }];
  });
}
