import { decimalText, divideDecimals, multiplyDecimals, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { hasCode, UCUM } from '../terms.ts';

type Observation = Stored<'Observation'>;

/** The values of one code, all in one unit. */
export interface MeasuredValues {
  /** Decimals as they were written. */
  readonly values: readonly string[];
  /** How many Observations there are, with those that have no value. */
  readonly total: number;
  /** Undefined without values. */
  readonly unit: { readonly system?: string; readonly code?: string; readonly unit?: string } | undefined;
  /** From the oldest to the newest. */
  readonly times: readonly string[];
}

interface Asked {
  readonly subject: string;
  readonly system: string;
  readonly code: string;
  readonly now: Date;
  /** Hours. */
  readonly duration?: string | undefined;
  readonly period?: { readonly start?: string; readonly end?: string } | undefined;
}

/** The search for Observations that have the code, or a component with it. */
export function observationQuery({ subject, system, code, now, duration, period }: Asked): string {
  const query = new URLSearchParams({ subject, 'combo-code': `${escaped(system)}|${escaped(code)}`, _sort: '-date' });
  query.append('status:not', 'entered-in-error,cancelled');
  const start = duration === undefined ? period?.start : hoursBefore(now, duration);
  if (start !== undefined) query.append('date', `ge${start}`);
  if (period?.end !== undefined) query.append('date', `le${period.end}`);
  return query.toString();
}

/** https://hl7.org/fhir/R4/search.html#escaping */
function escaped(text: string): string {
  return text.replace(/[\\|,$]/g, '\\$&');
}

/** @throws Fault 400 for a duration that is not above zero */
function hoursBefore(now: Date, hours: string): string {
  const milliseconds = Number(divideDecimals(multiplyDecimals(hours, '3600000'), '1', 17));
  const start = new Date(now.getTime() - milliseconds);
  if (milliseconds <= 0 || Number.isNaN(start.getTime()) || start.getTime() < 0) throw faults.statsDuration();
  return start.toISOString();
}

/**
 * What was measured of a code, in the Observations themselves or in their components.
 * @param found the newest first
 * @throws Fault 422 when the values are in several units
 */
export function measuredValues(
  found: readonly Observation[],
  { system, code }: { readonly system: string; readonly code: string },
): MeasuredValues {
  const quantities = found.flatMap((observation) =>
    [observation, ...(observation.component ?? [])].flatMap((each) =>
      hasCode(each.code, system, [code]) && each.valueQuantity !== undefined ? [each.valueQuantity] : [],
    ),
  );
  const measured = quantities.flatMap((quantity) => {
    const value = decimalText(quantity, 'value');
    return value === undefined || quantity.comparator !== undefined ? [] : [{ value, quantity }];
  });
  const units = new Map(measured.map(({ quantity }) => [unitName(quantity), quantity]));
  if (units.size > 1) throw faults.statsUnits([...units.keys()].join(', '));
  const [quantity] = units.values();
  return {
    values: measured.map(({ value }) => value),
    total: found.length,
    unit: quantity === undefined ? undefined : unitOf(quantity),
    times: found
      .flatMap(({ effectiveDateTime, effectivePeriod }) => effectiveDateTime ?? effectivePeriod?.start ?? [])
      .reverse(),
  };
}

type Quantity = NonNullable<Observation['valueQuantity']>;

function unitName({ system, code, unit }: Quantity): string {
  return system === UCUM || unit === undefined ? (code ?? 'no unit') : unit;
}

function unitOf({ system, code, unit }: Quantity): NonNullable<MeasuredValues['unit']> {
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(system === undefined ? {} : { system }),
    ...(code === undefined ? {} : { code }),
  };
}
