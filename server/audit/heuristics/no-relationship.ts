import { DAY, HOUR, MOST_NAMED, startOf, type BreachRule, type Suspicion } from './rule.ts';

const LEAST = 10;

/** Many patients on a day whom nothing links to the person, more than half of all. */
export const noRelationship: BreachRule = {
  code: 'no-relationship',
  title: 'Records of patients whom the person does not treat',
  severity: 'moderate',
  async find({ db, tenant, from, to, facts }) {
    const since = startOf(DAY, to - 1);
    const busy = await db.query<{ agent: string; patients: string[] }>({
      text:
        `select agent, array_agg(distinct patient) as patients from audit_activity ` +
        `where tenant = $1 and hour between $2 and $3 and is_clinical and patient <> '' ` +
        `group by agent having count(distinct patient) >= $4 and max(last) >= $5`,
      values: [tenant, since / HOUR, Math.floor((to - 1) / HOUR), LEAST, from],
    });
    const found: Suspicion[] = [];
    for (const { agent, patients } of busy) {
      const strangers: string[] = [];
      for (const patient of patients) if (!(await facts.isRelated(tenant, agent, patient))) strangers.push(patient);
      if (strangers.length < LEAST || strangers.length * 2 <= patients.length) continue;
      const text = `Nothing links ${strangers.length} of ${patients.length} patients of the day to the person.`;
      found.push({ agent, since, patients: strangers.slice(0, MOST_NAMED), text });
    }
    return found;
  },
};
