import type { ResourceOf } from '#sdk';

type Period = ResourceOf<'ChargeItemDefinition'>['effectivePeriod'];

/** A moment, and the day that it is by the clocks of the place, `YYYY-MM-DD`. */
interface Moment {
  readonly at: Date;
  readonly day: string;
}

/**
 * Whether a moment is in a period. Days, months and years are those of the place, the last of them included.
 * https://hl7.org/fhir/R4/datatypes.html#Period
 */
export function isInForce(period: Period, moment: Moment): boolean {
  const { start, end } = period ?? {};
  return (start === undefined || side(start, moment) >= 0) && (end === undefined || side(end, moment) <= 0);
}

/** Negative: the moment is before the boundary; zero: within it; positive: behind it. */
function side(boundary: string, { at, day }: Moment): number {
  if (boundary.includes('T')) return at.getTime() - Date.parse(boundary);
  const same = day.slice(0, boundary.length);
  return same < boundary ? -1 : same > boundary ? 1 : 0;
}
