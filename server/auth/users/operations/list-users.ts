import { hasSecondFactor, listAccounts, loginKey, type StoredAccount } from '../stored-account.ts';
import { isLocked } from '../sign-in-tries.ts';
import type { UserCall, UserOperation } from './user-operation.ts';

export const listUsers: UserOperation = {
  code: 'user-list',
  text: 'the accounts of the tenant in order of login.',
  parameters: [],
  affectsState: false,
  async run(call) {
    const accounts = await listAccounts(call.users.db, call.tenant, call.users.now());
    const parameters = [];
    for (const account of accounts) parameters.push({ name: 'account', part: await partsOf(call, account) });
    return parameters;
  },
};

async function partsOf({ users: { db, now }, tenant }: UserCall, account: StoredAccount): Promise<readonly object[]> {
  const isPaused = await isLocked(db, { kind: 'password', loginKey: loginKey(account.login) }, now());
  return [
    { name: 'login', valueString: account.login },
    ...(account.mail === undefined ? [] : [{ name: 'mail', valueString: account.mail }]),
    // What it is elsewhere is no business of this tenant.
    ...account.memberships
      .filter((membership) => membership.tenant === tenant)
      .map(({ fhirUser }) => ({ name: 'user', valueString: fhirUser })),
    { name: 'disabled', valueBoolean: account.isDisabled },
    { name: 'locked', valueBoolean: isPaused },
    { name: 'secondFactor', valueBoolean: hasSecondFactor(account) },
  ];
}
