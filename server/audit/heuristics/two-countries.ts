import { DAY, HOUR, startOf, type BreachRule, type Suspicion } from './rule.ts';

/** One person in two countries within an hour. */
export const twoCountries: BreachRule = {
  code: 'two-countries',
  title: 'Two countries within an hour',
  severity: 'high',
  async find({ db, tenant, from, to, facts }) {
    const rows = await db.query<{ agent: string; ips: string[] }>({
      text:
        `select agent, array_agg(distinct ip) as ips from audit_address where tenant = $1 and hour between $2 and $3 and last >= $4 ` +
        `group by agent having count(distinct ip) > 1 and max(last) >= $5`,
      values: [tenant, Math.floor((to - HOUR) / HOUR), Math.floor((to - 1) / HOUR), to - HOUR, from],
    });
    const found: Suspicion[] = [];
    for (const { agent, ips } of rows) {
      const countries = [...new Set(ips.map((ip) => facts.countryOf(ip)).filter((country) => country !== undefined))];
      if (countries.length < 2) continue;
      found.push({
        agent,
        since: startOf(DAY, to - 1),
        patients: [],
        text: `Requests from ${countries.sort().join(' and ')}.`,
      });
    }
    return found;
  },
};
