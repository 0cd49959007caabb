import { compareDecimals, decimalText, type Issue, type ResourceOf } from '#sdk';
import { UCUM, VITAL_SIGN } from '../terms.ts';
import { vitalSignOf, type VitalSign } from './vital-signs.ts';

type Observation = ResourceOf<'Observation'>;
type Measured = Pick<Observation, 'code' | 'valueQuantity'>;

/**
 * What cannot be in an Observation of vital signs. Impossible values are errors whoever sends them; a unit that the clinic
 * does not use is one only where the Observation claims to be a vital sign of the clinic, otherwise a warning.
 */
export function vitalSignIssues(observation: Observation): readonly Issue[] {
  if (observation.status === 'entered-in-error' || observation.status === 'cancelled') return [];
  const isClaimed = observation.meta?.profile?.includes(VITAL_SIGN) ?? false;
  const components: readonly Measured[] = observation.component ?? [];
  return [
    ...measuredIssues(observation, 'Observation', isClaimed),
    ...components.flatMap((each, index) => measuredIssues(each, `Observation.component[${index}]`, isClaimed)),
    ...pressureIssues(components),
  ];
}

function measuredIssues({ code, valueQuantity }: Measured, place: string, isClaimed: boolean): readonly Issue[] {
  const sign = vitalSignOf(code);
  const value = decimalText(valueQuantity, 'value');
  if (sign === undefined || valueQuantity === undefined || value === undefined) return [];
  const range = rangeOf(sign, valueQuantity);
  const expression = [`${place}.value`];
  if (range === undefined) {
    const text = `${sign.title} is measured in ${Object.keys(sign.units).join(' or ')} (UCUM); this unit is none of these.`;
    return [{ severity: isClaimed ? 'error' : 'warning', code: 'code-invalid', text, expression }];
  }
  const [low, high] = range;
  if (compareDecimals(value, low) >= 0 && compareDecimals(value, high) <= 0) return [];
  const unit = valueQuantity.code ?? valueQuantity.unit ?? '';
  const text = `${sign.title} cannot be ${value} ${unit}; ${low} to ${high} ${unit} is accepted.`;
  return [{ severity: 'error', code: 'value', text, expression }];
}

type Quantity = NonNullable<Observation['valueQuantity']>;

function rangeOf({ units }: VitalSign, { system, code, unit }: Quantity): VitalSign['units'][string] | undefined {
  const name = system === UCUM ? code : (code ?? unit);
  return name !== undefined && Object.hasOwn(units, name) ? units[name] : undefined;
}

/** A heart that fills at a higher pressure than it empties at was measured by somebody who swapped the two numbers. */
function pressureIssues(components: readonly Measured[]): readonly Issue[] {
  const [systolic, diastolic] = ['systolic', 'diastolic'].map((name) =>
    components.find(({ code }) => vitalSignOf(code)?.name === name),
  );
  const upper = decimalText(systolic?.valueQuantity, 'value');
  const lower = decimalText(diastolic?.valueQuantity, 'value');
  if (upper === undefined || lower === undefined) return [];
  if (systolic?.valueQuantity?.code !== diastolic?.valueQuantity?.code || compareDecimals(upper, lower) >= 0) return [];
  const text = 'The systolic pressure is below the diastolic one; please check that they are not swapped.';
  return [{ severity: 'warning', code: 'value', text, expression: ['Observation.component'] }];
}
