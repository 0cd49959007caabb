import { fault } from '../../../kernel/fault.ts';
import { dateRange } from '../../../search/index/date-range.ts';
import { grantMembership, revokeMembership } from '../account-memberships.ts';
import { disableAccount, enableAccount, endAllSessions, removeFactors, unlockAccount } from '../account-state.ts';
import { staffRole } from '../account-roles.ts';
import { OPERATOR } from '../actor.ts';
import { createAccount, type NewAccount } from '../create-account.ts';
import { inviteAccount, sendReset, type Delivery } from '../invite-account.ts';
import { setUpLink } from '../set-up.ts';
import { accountByLogin, hasSecondFactor, listAccounts, type StoredAccount } from '../stored-account.ts';
import type { UserContext } from '../user-context.ts';
import { UsageError, type Verb, type VerbOptions } from './verb.ts';

const TENANT = { tenant: { type: 'string', value: 'NUMBER' } } as const;
const USER = { user: { type: 'string', value: 'Practitioner/ID' } } as const;

/** `athanor user …`: what an operator does to accounts of any tenant. */
export const ACCOUNT_VERBS: readonly Verb[] = [
  {
    name: 'create',
    takes: ['LOGIN'],
    options: {
      ...TENANT,
      ...USER,
      mail: { type: 'string', value: 'ADDRESS' },
      given: { type: 'string', value: 'NAME' },
      family: { type: 'string', value: 'NAME' },
      role: { type: 'string', value: 'ROLE', multiple: true },
    },
    text: 'makes an account and its invitation: of somebody who exists (--user), or of a new Practitioner (--given, --family, --role)',
    async run(users, [login = ''], options) {
      const made = { login, mail: options.text('mail'), tenant: options.tenant(), person: personOf(options) };
      const account = await createAccount(users, made, OPERATOR);
      const { fhirUser = '' } = account.memberships[0] ?? {};
      return `${account.login} is ${fhirUser}.\n${told(await inviteAccount(users, account, OPERATOR))}`;
    },
  },
  {
    name: 'invite',
    takes: ['LOGIN'],
    options: {},
    text: 'makes a new invitation in place of the one before',
    run: async (users, [login = '']) => told(await inviteAccount(users, await expectAccount(users, login), OPERATOR)),
  },
  {
    name: 'reset',
    takes: ['LOGIN'],
    options: { factors: { type: 'boolean' } },
    text: 'makes a link for a new password; --factors removes authenticator app, passkeys and recovery codes',
    async run(users, [login = ''], options) {
      const account = await expectAccount(users, login);
      if (options.flag('factors')) await removeFactors(users, account, OPERATOR);
      return told(await sendReset(users, account, OPERATOR));
    },
  },
  change('disable', 'ends everything that is open; nobody signs in with it until it is enabled', disableAccount),
  change('enable', 'lets a disabled account sign in again', enableAccount),
  change('unlock', 'forgets the failures that keep it from signing in for a while', unlockAccount),
  change('end-sessions', 'signs it out everywhere; what its apps hold is void', endAllSessions),
  {
    name: 'list',
    takes: [],
    options: TENANT,
    text: 'shows the accounts, of one tenant or of all',
    async run(users, _words, options) {
      const tenant = options.text('tenant') === undefined ? undefined : options.tenant();
      return (await listAccounts(users.db, tenant, users.now())).map(line).join('\n');
    },
  },
  {
    name: 'grant-membership',
    takes: ['LOGIN'],
    options: { ...TENANT, ...USER, until: { type: 'string', value: 'DATE' } },
    text: 'lets an account act in a tenant as somebody who exists there; --until is the last day or moment',
    async run(users, [login = ''], options) {
      const membership = { tenant: options.tenant(), fhirUser: options.required('user') };
      await grantMembership(users, await expectAccount(users, login), membership, untilOf(options), OPERATOR);
      return '';
    },
  },
  {
    name: 'revoke-membership',
    takes: ['LOGIN'],
    options: { ...TENANT, ...USER },
    text: 'ends that',
    async run(users, [login = ''], options) {
      const membership = { tenant: options.tenant(), fhirUser: options.required('user') };
      const isGone = await revokeMembership(users, await expectAccount(users, login), membership, OPERATOR);
      return isGone ? '' : 'There was no such membership.';
    },
  },
  {
    name: 'set-up-link',
    takes: [],
    options: {},
    text: 'prints the link that makes the first administrator, while there is no account',
    run: async (users) => (await setUpLink(users)) ?? 'There are accounts already.',
  },
];

/** @throws Fault 404 when there is none */
export async function expectAccount({ db, now }: UserContext, login: string): Promise<StoredAccount> {
  const account = await accountByLogin(db, login, now());
  if (account !== undefined) return account;
  throw fault(
    'account.unknown',
    404,
    'not-found',
    'There is no account with this login; athanor user list shows them.',
  );
}

function change(
  name: string,
  text: string,
  work: (users: UserContext, account: StoredAccount, actor: typeof OPERATOR) => Promise<unknown>,
): Verb {
  return {
    name,
    takes: ['LOGIN'],
    options: {},
    text,
    async run(users, [login = '']) {
      await work(users, await expectAccount(users, login), OPERATOR);
      return '';
    },
  };
}

function personOf(options: VerbOptions): NewAccount['person'] {
  const user = options.text('user');
  if (user !== undefined) return { fhirUser: user };
  const name = { given: options.required('given'), family: options.required('family') };
  return { name, roles: options.list('role').map(staffRole) };
}

function untilOf(options: VerbOptions): number | undefined {
  const text = options.text('until');
  if (text === undefined) return undefined;
  const range = dateRange(text);
  if (range === undefined) throw new UsageError('--until takes a date or time such as 2027-01-31');
  return range.high;
}

function told(delivery: Delivery): string {
  return 'link' in delivery
    ? `Hand this link over; it works once:\n${delivery.link}`
    : `A mail with a link went to ${delivery.mailedTo}.`;
}

function line(account: StoredAccount): string {
  const facts = [
    ...account.memberships.map(({ tenant, fhirUser }) => `${fhirUser} in tenant ${tenant}`),
    ...(hasSecondFactor(account) ? ['second factor'] : []),
    ...(account.isDisabled ? ['disabled'] : []),
  ];
  return `${account.login}: ${facts.join(', ')}`;
}
