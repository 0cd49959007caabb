/** Table 0085, OBX-11. B, N, R, S, U, V are not in the official map. */
const OBSERVATION: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    A: 'amended',
    B: 'amended',
    C: 'corrected',
    D: 'entered-in-error',
    F: 'final',
    I: 'registered',
    N: 'final',
    P: 'preliminary',
    R: 'preliminary',
    S: 'preliminary',
    U: 'final',
    V: 'final',
    W: 'entered-in-error',
    X: 'cancelled',
  }),
);

/** Table 0123, OBR-25. M, N are not in the official map. */
const REPORT: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    A: 'partial',
    C: 'corrected',
    F: 'final',
    I: 'registered',
    M: 'preliminary',
    N: 'registered',
    O: 'registered',
    P: 'preliminary',
    R: 'partial',
    S: 'registered',
    X: 'cancelled',
  }),
);

/** What the observations of a report have in common with it, where OBR-25 is empty. */
const OF_OBSERVATIONS: readonly (readonly [string, string])[] = [
  ['registered', 'partial'],
  ['preliminary', 'preliminary'],
  ['corrected', 'corrected'],
  ['amended', 'amended'],
  ['final', 'final'],
];

/**
 * Observation.status by OBX-11. O marks what is said with an order and is no result: an answer is final, a question is registered.
 * Without OBX-11, what the report says.
 * @param report OBR-25
 */
export function observationStatus(status: string, hasValue: boolean, report = ''): string {
  if (status === 'O') return hasValue ? 'final' : 'registered';
  const mapped = OBSERVATION.get(status);
  if (mapped !== undefined) return mapped;
  const ofReport = status === '' ? REPORT.get(report) : undefined;
  return ofReport === undefined || ofReport === 'partial' ? 'unknown' : ofReport;
}

/**
 * DiagnosticReport.status by OBR-25; senders leave it empty though it is required: then by its observations.
 * @param observations their statuses
 */
export function reportStatus(status: string, observations: readonly string[]): string {
  const mapped = REPORT.get(status);
  if (mapped !== undefined) return mapped === 'final' && observations.includes('amended') ? 'appended' : mapped;
  if (status !== '' || observations.length === 0) return 'unknown';
  const all = new Set(observations);
  for (const [observation, report] of OF_OBSERVATIONS) {
    if (!all.has(observation)) continue;
    return observation === 'registered' && all.size === 1 ? 'registered' : report;
  }
  return all.has('cancelled') && all.size === 1 ? 'cancelled' : 'unknown';
}
