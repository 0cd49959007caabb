import type { Queryable, Tx } from '../../storage/db.ts';
import { endSessions } from '../sessions/stored-session.ts';
import { voidTokens } from './one-time-token.ts';
import { isShort, passwordProblem } from './password-policy.ts';
import { hasSecondFactor, type StoredAccount } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

/** Why an account may not have this password, as a sentence for people; undefined when it may. */
export async function passwordProblemOf(
  { db, hasher, settings }: UserContext,
  account: StoredAccount,
  password: string,
): Promise<string | undefined> {
  const personal = [account.login, account.mail ?? ''];
  const problem = passwordProblem(password, { hasFactor: hasSecondFactor(account), personal });
  if (problem !== undefined) return problem;
  if (settings.passwordHistory === 0) return undefined;
  const former = await formerPasswords(db, account, settings.passwordHistory);
  for (const hash of former) {
    if (await hasher.verify(hash, password)) return 'You had this password before; choose another one.';
  }
  return undefined;
}

/** Within a transaction: the password is changed, links and sessions are void. @param hash of a password that may be */
export async function storePassword(
  tx: Tx,
  { settings, now }: UserContext,
  account: StoredAccount,
  password: string,
  hash: string,
): Promise<void> {
  if (account.passwordHash !== undefined && settings.passwordHistory > 1) {
    await tx.query({
      text: 'insert into account_password (account, replaced, hash) values ($1, $2, $3) on conflict do nothing',
      values: [account.id, now(), account.passwordHash],
    });
  }
  // The current one counts as the first.
  await tx.query({
    text: `delete from account_password where account = $1 and hash not in (
  select hash from account_password where account = $1 order by replaced desc limit $2
)`,
    values: [account.id, Math.max(settings.passwordHistory - 1, 0)],
  });
  await tx.query({
    text: 'update account set password_hash = $2, password_is_short = $3, password_set = $4 where id = $1',
    values: [account.id, hash, isShort(password), now()],
  });
  await voidTokens(tx, ['reset', 'invitation'], account.id);
  await endSessions(tx, account.id);
}

async function formerPasswords(db: Queryable, account: StoredAccount, most: number): Promise<readonly string[]> {
  const rows = await db.query<{ hash: string }>({
    text: 'select hash from account_password where account = $1 order by replaced desc limit $2',
    values: [account.id, most - 1],
  });
  const former = rows.map((row) => row.hash);
  return account.passwordHash === undefined ? former : [account.passwordHash, ...former];
}
