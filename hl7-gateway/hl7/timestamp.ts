/** DTM in UTC, to the second: `20240131235959+0000`. HL7 v2.5.1 §2.A.22. */
export function utcTimestamp(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/[-:T]/g, '')}+0000`;
}
