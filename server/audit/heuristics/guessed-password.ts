import { HOUR, startOf, type BreachRule } from './rule.ts';

const LEAST_FAILURES = 5;

/** A sign-in that succeeds after many that failed. */
export const guessedPassword: BreachRule = {
  code: 'guessed-password',
  title: 'Sign-in after many failures',
  severity: 'high',
  async find({ db, tenant, from, to }) {
    const rows = await db.query<{ agent: string; failures: number; at: number }>({
      text:
        `select s.agent, s.recorded as at, (select count(*)::integer from audit_event f where f.tenant in (1, $1) ` +
        `and f.recorded >= s.recorded - ${HOUR} and f.recorded < s.recorded and f.kind = 'authentication' and f.interaction = 'sign-in' ` +
        `and f.outcome <> 0 and f.who::jsonb ->> 'account' = s.who::jsonb ->> 'account') as failures ` +
        `from audit_event s where s.tenant = $1 and s.recorded >= $2 and s.recorded < $3 and s.kind = 'authentication' ` +
        `and s.interaction = 'sign-in' and s.outcome = 0`,
      values: [tenant, from, to],
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
