import { auditKey } from '../../storage/audit-pages.ts';
import { HOUR, isIn, startOf, within, type BreachRule } from './rule.ts';

const LEAST_FAILURES = 5;

/** A sign-in that succeeds after many that failed. */
export const guessedPassword: BreachRule = {
  code: 'guessed-password',
  title: 'Sign-in after many failures',
  severity: 'high',
  async find({ db, tenant, from, to }) {
    const rows = await db.query<{ agent: string; failures: number; at: number }>({
      text:
        `with e as materialized (select e.tenant, e.agent, e.recorded, e.outcome, e.who::jsonb ->> 'account' as account from audit_event e ` +
        `where e.tenant in (1, $1) and ${within('$2', '$4')} and ${isIn('$5')} and e.kind = 'authentication' and e.interaction = 'sign-in') ` +
        `select s.agent, s.recorded as at, (select count(*)::integer from e f where f.recorded >= s.recorded - ${HOUR} ` +
        `and f.recorded < s.recorded and f.outcome <> 0 and f.account = s.account) as failures ` +
        `from e s where s.tenant = $1 and s.recorded >= $3 and s.outcome = 0`,
      values: [tenant, from - HOUR, from, to, [1, tenant].map((each) => auditKey(each, 'authentication'))],
    });
    return rows
      .filter(({ failures }) => failures >= LEAST_FAILURES)
      .map(({ agent, failures, at }) => ({
        agent,
        since: startOf(HOUR, at),
        patients: [],
        text: `${failures} failed sign-ins within the hour before one that succeeded.`,
      }));
  },
};
