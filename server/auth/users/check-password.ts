import type { ClientAddress } from './client-address.ts';
import { forgetTries, takeTurn } from './sign-in-tries.ts';
import { accountByLogin, loginKey, type StoredAccount } from './stored-account.ts';
import { tell } from './tell.ts';
import type { UserContext } from './user-context.ts';

/**
 * The account whose login and password these are. Unknown, disabled, locked and wrong cannot be told apart, neither by
 * the answer nor by the work: one look for the account, one counted try, one hash.
 * @throws Fault 503 when too many passwords are compared at this moment
 */
export async function checkPassword(
  context: UserContext,
  login: string,
  password: string,
  from: ClientAddress,
): Promise<StoredAccount | undefined> {
  const { db, hasher } = context;
  const now = context.now();
  const tried = { kind: 'password', loginKey: loginKey(login) } as const;
  const account = await accountByLogin(db, login, now);
  const turn = await takeTurn(db, tried, now);
  const mayPass = account !== undefined && !account.isDisabled && turn !== 'refused';
  const isRight = await hasher.verify(mayPass ? account.passwordHash : undefined, password);
  if (!isRight || account === undefined) {
    const detail = turn === 'refused' ? 'password refused: locked' : 'password refused';
    await tell(context, account, from, { kind: 'sign-in', outcome: 'failure', methods: ['pwd'], detail });
    if (turn === 'last') await tell(context, account, from, { kind: 'locked', outcome: 'success', detail: 'password' });
    return undefined;
  }
  await forgetTries(db, tried);
  if (hasher.isOutdated(account.passwordHash ?? '')) {
    await db.query({
      text: 'update account set password_hash = $2 where id = $1 and password_hash = $3',
      values: [account.id, await hasher.hash(password), account.passwordHash],
    });
  }
  return account;
}
