import type { ResourceOf } from '#sdk';

const DAY = 86_400_000;

/** How old somebody is, in days; the youngest that a date of birth without month or day allows. */
export function ageInDays({ birthDate }: Pick<ResourceOf<'Patient'>, 'birthDate'>, at: Date): number | undefined {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(birthDate ?? '') ?? [];
  if (year === undefined) return undefined;
  const born =
    day !== undefined
      ? Date.UTC(Number(year), Number(month) - 1, Number(day))
      : month !== undefined
        ? Date.UTC(Number(year), Number(month), 0)
        : Date.UTC(Number(year), 11, 31);
  return Math.max(0, Math.floor((at.getTime() - born) / DAY));
}

/** Days from a date or time of FHIR until a moment; undefined when there is none. */
export function daysSince(time: string | undefined, at: Date): number | undefined {
  const start = time === undefined ? NaN : Date.parse(time.length === 4 ? `${time}-01-01` : time);
  return Number.isNaN(start) ? undefined : (at.getTime() - start) / DAY;
}
