import { DAY, HOUR, MOST_NAMED, startOf, USUAL, type BreachRule, type Suspicion } from './rule.ts';

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
        `select agent, array_agg(patient) as patients from audit_activity where tenant = $1 and hour = $2 and patient <> '' ` +
        `group by agent having count(*) >= $3`,
      values: [tenant, since / HOUR, LEAST_PATIENTS],
    });
    const hour = (since / HOUR) % 24;
    const around = [hour + 23, hour, hour + 1].map((each) => each % 24);
    const found: Suspicion[] = [];
    for (const { agent, patients } of active) {
      // This day itself is left out: its other hours may be part of the same thing.
      const [usual] = await db.query<{ days: number; near: number }>({
        text:
          `select count(distinct hour / 24)::integer as days, count(*) filter (where hour % 24 = any($5::integer[]))::integer as near ` +
          `from audit_activity where tenant = $1 and agent = $2 and hour >= $3 and hour < $4 and patient = ''`,
        values: [tenant, agent, (since - USUAL) / HOUR, startOf(DAY, since) / HOUR - 6, around],
      });
      if (usual === undefined || usual.days < LEAST_DAYS || usual.near > 0) continue;
      const text = `${patients.length} patients at ${hour}:00 UTC, an hour at which the person has not worked in 30 days.`;
      found.push({ agent, since: startOf(DAY, since), patients: patients.slice(0, MOST_NAMED), text });
    }
    return found;
  },
};
