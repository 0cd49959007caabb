import type { JsonObject } from '../../../server/kernel/json.ts';

/**
 * `effectiveDateTime`, or `effectivePeriod` between two times. Senders mix them up, and a period that ends before it begins is
 * none: then the first counts.
 * @param element `effective`, `collected`
 */
export function momentOrPeriod(element: string, start: string | undefined, end: string | undefined): JsonObject {
  if (start === undefined) return end === undefined ? {} : { [`${element}Period`]: { end } };
  if (end === undefined || Date.parse(end) < Date.parse(start)) return { [`${element}DateTime`]: start };
  return { [`${element}Period`]: { start, end } };
}
