/**
 * The moment of a FHIR dateTime; of a date its beginning in UTC. Undefined for what is less than a day. JavaScript knows no
 * leap seconds, which FHIR does. https://hl7.org/fhir/R4/datatypes.html#dateTime
 */
export function instantOf(dateTime: string): Date | undefined {
  if (dateTime.length < 10) return undefined;
  const at = new Date(dateTime.replace(/(T\d\d:\d\d):60/, '$1:59'));
  return Number.isNaN(at.getTime()) ? undefined : at;
}
