import type { SignInEvent } from '../sign-in-event.ts';
import type { ClientAddress } from './client-address.ts';
import type { StoredAccount } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

export type Told = Omit<SignInEvent, 'at' | 'ip' | 'account' | 'login'>;

/** Tells the audit trail; resolves when it is kept. @param account undefined: nobody whom the server knows */
export function tell(
  { onEvent, now }: Pick<UserContext, 'onEvent' | 'now'>,
  account: (Pick<StoredAccount, 'id' | 'login'> & Partial<Pick<StoredAccount, 'memberships'>>) | undefined,
  { ip }: ClientAddress,
  told: Told,
): Promise<void> {
  // Whose tenant's matter it is, where there is no choice.
  const [only, ...others] = account?.memberships ?? [];
  return onEvent({
    ...(others.length === 0 ? only : {}),
    ...told,
    at: now(),
    ...(account === undefined ? {} : { account: account.id, login: account.login }),
    ...(ip === undefined ? {} : { ip }),
  });
}
