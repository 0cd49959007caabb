/**
 * A date and a time of DICOM as a dateTime of FHIR: `2026-11-26T07:15:00+01:00`, or the date alone where there is no whole time.
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html (DA, TM)
 * @param offset (0008,0201), `+0100`; empty: the zone says it
 * @param zone IANA name
 * @returns undefined where the date is none
 */
export function fhirDateTime(date: string, time: string, offset: string, zone: string): string | undefined {
  const day = fhirDate(date);
  if (day === undefined) return undefined;
  // Older files write 07:15:00.
  const parts = /^(\d{2}):?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?$/.exec(time.trim());
  if (parts === null) return day;
  const [, hour = '', minute = '', second = '00', fraction] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return day;
  // A leap second is none of FHIR's: https://hl7.org/fhir/R4/datatypes.html#dateTime takes it, most clocks do not.
  const clock = `${hour}:${minute}:${second === '60' ? '59' : second}${fraction === undefined ? '' : `.${fraction}`}`;
  return `${day}T${clock}${offsetOf(offset) ?? zoneOffset(`${day}T${hour}:${minute}:00`, zone)}`;
}

/** `20261126` as `2026-11-26`; undefined where it is no day of the calendar. */
export function fhirDate(date: string): string | undefined {
  const [, year, month, day] = /^(\d{4})[.]?(\d{2})[.]?(\d{2})$/.exec(date.trim()) ?? [];
  if (year === undefined || month === undefined || day === undefined || year === '0000') return undefined;
  const text = `${year}-${month}-${day}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : text;
}

/** A DT, `20261126071500.000000+0100`, as far as it goes; undefined where it is none. */
export function fhirDateTimeOfDt(text: string, offset: string, zone: string): string | undefined {
  const [, date = '', time = '', own = ''] = /^(\d{8})(\d{0,6}(?:\.\d{1,6})?)([+-]\d{4})?$/.exec(text.trim()) ?? [];
  return fhirDateTime(date, time, own === '' ? offset : own, zone);
}

function offsetOf(text: string): string | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2})(\d{2})$/.exec(text.trim()) ?? [];
  if (sign === undefined || Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return `${sign}${hours}:${minutes}`;
}

/** What clocks of a zone were ahead of UTC when they showed that time; between two offsets the one before holds. */
function zoneOffset(local: string, zone: string): string {
  const shown = Date.parse(`${local}Z`);
  const first = offsetMinutes(shown, zone);
  const minutes = offsetMinutes(shown - first * 60_000, zone);
  const absolute = Math.abs(minutes);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}

function offsetMinutes(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
