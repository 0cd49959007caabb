import { minutesOf } from './local-time.ts';

/**
 * At what times a ward gives what is ordered for an event of the day (`MORN`, `HS`, `CM`, …), or so many times a day
 * (`2/d`): minutes since midnight, by name.
 */
export type WardTimes = ReadonlyMap<string, readonly number[]>;

const MEALS = ['CM', 'CD', 'CV'];
/** Minutes before and after a meal where the order names none. */
const FROM_MEAL = 30;
const DAY = 1440;

/** @param text as the setting: `MORN=08:00 2/d=08:00,20:00`; what is no entry says nothing */
export function readWardTimes(text: string): WardTimes {
  const times = new Map<string, readonly number[]>();
  for (const entry of text.split(' ')) {
    const [name = '', list = ''] = entry.split('=');
    const minutes = list.split(',').flatMap((time) => minutesOf(time) ?? []);
    if (minutes.length > 0) times.set(name, minutes);
  }
  return times;
}

/**
 * Minutes after midnight at which a ward gives what is to be given with an event of Timing.repeat.when, https://hl7.org/fhir/R4/valueset-event-timing.html;
 * undefined when it has no time for it.
 * @param offset minutes after the event, before it where the event says so
 */
export function eventTimes(when: string, offset: number | undefined, times: WardTimes): readonly number[] | undefined {
  const [, side, meal] = /^(AC|PC|C)([MDV]?)$/.exec(when) ?? [];
  if (side === undefined) return times.get(when)?.map((minutes) => minutes + (offset ?? 0));
  const direction = side === 'AC' ? -1 : side === 'PC' ? 1 : 0;
  const minutes = meal === '' ? MEALS.map((each) => times.get(each)) : [times.get(`C${meal ?? ''}`)];
  if (minutes.some((each) => each === undefined)) return undefined;
  return minutes.flatMap((each) => each ?? []).map((each) => each + direction * (offset ?? FROM_MEAL));
}

/** Times of so many doses a day: the ward's own, or evenly over 24 hours from when it gives a single one. */
export function timesOfDay(doses: number, times: WardTimes): readonly number[] {
  const own = times.get(`${doses}/d`);
  if (own !== undefined) return own;
  const first = times.get('1/d')?.[0] ?? 0;
  return Array.from({ length: doses }, (_, index) => (first + Math.floor((index * DAY) / doses)) % DAY).sort(
    (a, b) => a - b,
  );
}
