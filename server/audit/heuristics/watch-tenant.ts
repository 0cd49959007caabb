import { isKnownIncident, keepIncident } from '../../storage/audit-incidents.ts';
import type { Queryable } from '../../storage/db.ts';
import { incidentBundle } from './incident-bundle.ts';
import type { BreachRule, Suspicion, WatchFacts } from './rule.ts';
import { RULES } from './rules.ts';

export interface WatchOptions {
  readonly db: Queryable;
  readonly facts: WatchFacts;
  /** Stores a transaction Bundle as the server itself. */
  writeBundle(tenant: number, bundle: object): Promise<void>;
}

/**
 * One pass of all rules over a tenant's events of a span of time, the newer ones of which are new; reports each incident
 * once, as DetectedIssue and Task.
 * @param from milliseconds
 */
export async function watchTenant(
  { db, facts, writeBundle }: WatchOptions,
  tenant: number,
  from: number,
  to: number,
): Promise<void> {
  for (const rule of RULES) {
    for (const suspicion of await rule.find({ db, tenant, from, to, facts })) {
      const incident = { tenant, rule: rule.code, subject: subjectOf(rule, suspicion), since: suspicion.since };
      if (await isKnownIncident(db, incident)) continue;
      // Written before it is remembered, and only when it is not there: so a crash in between repeats nothing.
      await writeBundle(tenant, await incidentBundle(rule, suspicion, incident, facts, to));
      await keepIncident(db, incident);
    }
  }
}

/** Rules about one patient report each patient. */
function subjectOf({ code }: BreachRule, { agent, patients }: Suspicion): string {
  const isAboutOne = code === 'own-record' || code === 'same-surname' || code === 'sensitive-record';
  return isAboutOne ? `${agent} ${patients.join(' ')}` : agent;
}
