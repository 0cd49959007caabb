import { auditKey, outcomeKey } from '../../storage/audit-pages.ts';
import { HOUR, isIn, startOf, within, type BreachRule, type Suspicion } from './rule.ts';

const LEAST = 20;
const WITHIN = HOUR / 6;

/** Somebody tries one id after the other: more than 20 that do not exist, in a row. */
export const walkingIds: BreachRule = {
  code: 'walking-ids',
  title: 'Ids tried one after the other',
  severity: 'high',
  async find({ db, tenant, from, to }) {
    const rows = await db.query<{ agent: string; type: string; ids: string[] }>({
      text:
        `select agent, type, array_agg(distinct resource_id) as ids from audit_event e where e.tenant = $1 and ${within('$2', '$3')} ` +
        `and ${isIn('$6')} and status = 404 and resource_id ~ '[0-9]+$' group by agent, type ` +
        `having count(distinct resource_id) > $4 and max(recorded) >= $5`,
      values: [tenant, Math.min(from, to - WITHIN), to, LEAST, from, [auditKey(tenant, outcomeKey(4))]],
    });
    const found: Suspicion[] = [];
    for (const { agent, type, ids } of rows) {
      const longest = longestRun(ids);
      if (longest <= LEAST) continue;
      const text = `${longest} ids of ${type} in a row that do not exist.`;
      found.push({ agent, since: startOf(HOUR, to - 1), patients: [], text });
    }
    return found;
  },
};

/** How many ids follow each other, by the number at their end. */
function longestRun(ids: readonly string[]): number {
  const groups = new Map<string, number[]>();
  for (const id of ids) {
    const [digits = ''] = /[0-9]{1,15}$/.exec(id) ?? [];
    const prefix = id.slice(0, id.length - digits.length);
    groups.set(prefix, [...(groups.get(prefix) ?? []), Number(digits)]);
  }
  let longest = 0;
  for (const numbers of groups.values()) {
    numbers.sort((a, b) => a - b);
    let run = 0;
    for (const [index, number] of numbers.entries()) {
      run = index > 0 && number === (numbers[index - 1] ?? 0) + 1 ? run + 1 : 1;
      longest = Math.max(longest, run);
    }
  }
  return longest;
}
