import { HOUR, MOST_NAMED, startOf, USUAL, type BreachRule } from './rule.ts';

const LEAST = 30;
const FACTOR = 5;

/** Distinct patients within an hour: more than five times what is usual for the person (95th percentile of 30 days). */
export const manyPatients: BreachRule = {
  code: 'many-patients',
  title: 'Far more patients than usual',
  severity: 'high',
  async find({ db, tenant, to }) {
    const since = startOf(HOUR, to - 1);
    const busy = await db.query<{ agent: string; patients: string[] }>({
      text:
        `select agent, array_agg(patient) as patients from audit_activity where tenant = $1 and hour = $2 and patient <> '' ` +
        `group by agent having count(*) > $3`,
      values: [tenant, since / HOUR, LEAST],
    });
    const found = [];
    for (const { agent, patients } of busy) {
      const [usual] = await db.query<{ p95: number | null }>({
        text:
          `select percentile_disc(0.95) within group (order by n) as p95 from (select count(*)::integer as n from audit_activity ` +
          `where tenant = $1 and agent = $2 and hour >= $3 and hour < $4 and patient <> '' group by hour) h`,
        values: [tenant, agent, (since - USUAL) / HOUR, since / HOUR],
      });
      const p95 = usual?.p95 ?? 0;
      if (patients.length <= FACTOR * p95) continue;
      const text = `${patients.length} patients within an hour; usual are up to ${p95}.`;
      found.push({ agent, since, patients: patients.slice(0, MOST_NAMED), text });
    }
    return found;
  },
};
