import { auditKey } from '../../storage/audit-pages.ts';
import {
  DAY,
  HOUR,
  isIn,
  MOST_NAMED,
  PATIENT_EVENTS,
  startOf,
  USUAL,
  within,
  type BreachRule,
  type Suspicion,
} from './rule.ts';

const LEAST_PATIENTS = 3;
/** Days of work out of which what is usual can be told. */
const LEAST_DAYS = 10;

/** Records opened at an hour of the day at which the person has not worked in 30 days, nor an hour before or after it. */
export const outOfHours: BreachRule = {
  code: 'out-of-hours',
  title: 'Records opened at an unusual hour',
  severity: 'moderate',
  async find({ db, tenant, to }) {
    const since = startOf(HOUR, to - 1);
    const active = await db.query<{ agent: string; patients: string[] }>({
      text:
        `select e.agent, array_agg(distinct p) as patients from ${PATIENT_EVENTS} and ${within('$2', '$3')} ` +
        `group by e.agent having count(distinct p) >= $4`,
      values: [tenant, since, to, LEAST_PATIENTS],
    });
    const hour = (since / HOUR) % 24;
    const around = [hour + 23, hour, hour + 1].map((each) => each % 24);
    const found: Suspicion[] = [];
    for (const { agent, patients } of active) {
      // This day itself is left out: its other hours may be part of the same thing.
      const [usual] = await db.query<{ days: number; near: number }>({
        text:
          `select count(distinct e.recorded / ${DAY})::integer as days, ` +
          `count(*) filter (where e.recorded / ${HOUR} % 24 = any($5::bigint[]))::integer as near ` +
          `from audit_event e where e.tenant = $1 and e.agent = $2 and ${isIn('$6')} and ${within('$3', '$4')}`,
        values: [tenant, agent, since - USUAL, startOf(DAY, since) - 6 * HOUR, around, [auditKey(tenant, agent)]],
      });
      if (usual === undefined || usual.days < LEAST_DAYS || usual.near > 0) continue;
      const text = `${patients.length} patients at ${hour}:00 UTC, an hour at which the person has not worked in 30 days.`;
      found.push({ agent, since: startOf(DAY, since), patients: patients.slice(0, MOST_NAMED), text });
    }
    return found;
  },
};
