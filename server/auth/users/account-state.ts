import type { Queryable } from '../../storage/db.ts';
import { endSessions } from '../sessions/stored-session.ts';
import type { Actor } from './actor.ts';
import { voidTokens } from './one-time-token.ts';
import { forgetTries } from './sign-in-tries.ts';
import { loginKey, type StoredAccount } from './stored-account.ts';
import { tell } from './tell.ts';
import type { UserContext } from './user-context.ts';

/** Ends everything that is open; until it is enabled again nothing signs in or works. */
export async function disableAccount(context: UserContext, account: StoredAccount, { by, from }: Actor): Promise<void> {
  await context.db.transaction(async (tx) => {
    await tx.query({ text: 'update account set is_disabled = true where id = $1', values: [account.id] });
    await voidTokens(tx, ['invitation', 'reset'], account.id);
    await endEverything(tx, account.id, context.now());
  });
  await tell(context, account, from, { kind: 'account-disabled', outcome: 'success', by });
}

export async function enableAccount(context: UserContext, account: StoredAccount, { by, from }: Actor): Promise<void> {
  await context.db.query({ text: 'update account set is_disabled = false where id = $1', values: [account.id] });
  await tell(context, account, from, { kind: 'account-enabled', outcome: 'success', by });
}

/** Failures that were counted are forgotten. */
export async function unlockAccount(context: UserContext, account: StoredAccount, { by, from }: Actor): Promise<void> {
  const { db } = context;
  await forgetTries(db, { kind: 'password', loginKey: loginKey(account.login) });
  await forgetTries(db, { kind: 'factor', account: account.id });
  await forgetTries(db, { kind: 'mail', loginKey: loginKey(account.login) });
  await tell(context, account, from, { kind: 'unlocked', outcome: 'success', by });
}

/** Signs the person out everywhere; what apps hold is void too. @returns how many sessions there were */
export async function endAllSessions(
  context: UserContext,
  account: StoredAccount,
  { by, from }: Actor,
): Promise<number> {
  const ended = await context.db.transaction((tx) => endEverything(tx, account.id, context.now()));
  await tell(context, account, from, { kind: 'sessions-ended', outcome: 'success', by });
  return ended;
}

/** For somebody who lost them: the next sign-in asks for new ones where they are required. */
export async function removeFactors(context: UserContext, account: StoredAccount, { by, from }: Actor): Promise<void> {
  await context.db.transaction(async (tx) => {
    await tx.query({ text: 'update account set totp_secret = null where id = $1', values: [account.id] });
    await tx.query({ text: 'delete from account_passkey where account = $1', values: [account.id] });
    await tx.query({ text: 'delete from account_recovery_code where account = $1', values: [account.id] });
    await endEverything(tx, account.id, context.now());
  });
  await tell(context, account, from, { kind: 'factor-removed', outcome: 'success', by, detail: 'all' });
}

async function endEverything(tx: Queryable, account: string, now: number): Promise<number> {
  await tx.query({ text: 'update account set valid_since = $2 where id = $1', values: [account, now] });
  return endSessions(tx, account);
}
