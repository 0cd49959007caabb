/** A day and a time as clocks on a wall show it: DA and TM of DICOM. */
export interface WallClock {
  /** `20261126` */
  readonly date: string;
  /** `083000`; empty where only the day is known. */
  readonly time: string;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/**
 * A FHIR date, dateTime or instant in a zone. A day is that day everywhere; a month or year is its first day.
 * @param zone IANA
 */
export function wallClock(text: string, zone: string): WallClock | undefined {
  const day = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$/.exec(text);
  if (day !== null) return { date: `${day[1] ?? ''}${day[2] ?? '01'}${day[3] ?? '01'}`, time: '' };
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return undefined;
  const parts = formatOf(zone).formatToParts(moment);
  const part = (wanted: string): string => parts.find(({ type }) => type === wanted)?.value ?? '';
  return {
    date: part('year').padStart(4, '0') + part('month') + part('day'),
    time: part('hour') + part('minute') + part('second'),
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  const two = '2-digit';
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
    hourCycle: 'h23',
  });
  FORMATS.set(timeZone, format);
  return format;
}
