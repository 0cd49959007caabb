import { setDecimal, type ResourceOf } from '#sdk';
import type { MeasuredValues } from './measured-values.ts';
import { statisticOf, STATISTICS, type Statistic } from './statistics.ts';

const STATISTIC = 'http://terminology.hl7.org/CodeSystem/observation-statistics';
const ABSENT = 'http://terminology.hl7.org/CodeSystem/data-absent-reason';
/** Without a dimension: they are not in the unit of what was measured. */
const PURE: readonly string[] = ['skew', 'kurtosis'];

interface Asked {
  readonly subject: string;
  readonly coding: { readonly system: string; readonly code: string };
  readonly statistics: readonly string[];
  readonly measured: MeasuredValues;
}

type Observation = ResourceOf<'Observation'>;
type Quantity = NonNullable<Observation['valueQuantity']>;
type Component = NonNullable<Observation['component']>[number];

/** What `$stats` answers of one code: an Observation that is not stored, with a component of each statistic. */
export function statisticsObservation({ subject, coding, statistics, measured }: Asked): Observation {
  const [start] = measured.times;
  const end = measured.times.at(-1);
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [coding] },
    subject: { reference: subject },
    ...(start === undefined || end === undefined ? {} : { effectivePeriod: { start, end } }),
    component: statistics.map((statistic) => component(statistic, measured)),
  };
}

function component(statistic: string, measured: MeasuredValues): Component {
  const code = { coding: [{ system: STATISTIC, code: statistic }] };
  if (statistic === 'count') return { code, valueInteger: measured.values.length };
  if (statistic === 'total-count') return { code, valueInteger: measured.total };
  const value = isStatistic(statistic) ? statisticOf(statistic, measured.values) : undefined;
  if (value === undefined) return { code, dataAbsentReason: { coding: [{ system: ABSENT, code: 'not-applicable' }] } };
  const unit = PURE.includes(statistic) ? {} : squared(statistic, measured.unit ?? {});
  return { code, valueQuantity: setDecimal<Quantity>(unit, 'value', value) };
}

/** A variance is in the square of the unit, for which units in words have no name. */
function squared(statistic: string, unit: NonNullable<MeasuredValues['unit']>): NonNullable<MeasuredValues['unit']> {
  if (statistic !== 'variance') return unit;
  if (unit.code === undefined || unit.system === undefined) return {};
  const code = `(${unit.code})2`;
  return { system: unit.system, code, unit: code };
}

function isStatistic(text: string): text is Statistic {
  return (STATISTICS as readonly string[]).includes(text);
}
