/**
 * A FHIR date, dateTime or instant as DTM, with the precision and the zone that it has: `2026-01-02T03:04:05+01:00` →
 * `20260102030405+0100`. HL7 v2.5.1 §2.A.22.
 */
export function timestamp(text: string): string {
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/.exec(
    text,
  );
  if (match === null) return '';
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = ''] = match;
  // Four digits of a second at most.
  const offset = zone === 'Z' ? '+0000' : zone.replace(':', '');
  return year + month + day + hour + minute + second + fraction.slice(0, 5) + offset;
}

/** Its day. */
export function day(text: string): string {
  return timestamp(text).slice(0, 8);
}
