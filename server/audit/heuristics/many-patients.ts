import { auditKey } from '../../storage/audit-pages.ts';
import { HOUR, isIn, MOST_NAMED, PATIENT_EVENTS, startOf, USUAL, within, type BreachRule } from './rule.ts';

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
        `select e.agent, array_agg(distinct p) as patients from ${PATIENT_EVENTS} and ${within('$2', '$3')} ` +
        `group by e.agent having count(distinct p) > $4`,
      values: [tenant, since, to, LEAST],
    });
    const found = [];
    for (const { agent, patients } of busy) {
      const [usual] = await db.query<{ p95: number | null }>({
        text:
          `select percentile_disc(0.95) within group (order by n) as p95 from (select count(distinct p)::integer as n ` +
          `from ${PATIENT_EVENTS} and e.agent = $2 and ${isIn('$5')} and ${within('$3', '$4')} group by e.recorded / ${HOUR}) h`,
        values: [tenant, agent, since - USUAL, since, [auditKey(tenant, agent)]],
      });
      const p95 = usual?.p95 ?? 0;
      if (patients.length <= FACTOR * p95) continue;
      const text = `${patients.length} patients within an hour; usual are up to ${p95}.`;
      found.push({ agent, since, patients: patients.slice(0, MOST_NAMED), text });
    }
    return found;
  },
};
