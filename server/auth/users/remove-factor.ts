import { needsFactor } from '../sessions/stage.ts';
import { accountById } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

/** A second factor of an account; a passkey by its id. */
export type Factor = { readonly kind: 'authenticator' } | { readonly kind: 'passkey'; readonly id: string };

/** `needed`: it is the last one of an account that must have one. */
export type Removal = 'removed' | 'absent' | 'needed';

export async function removeFactor({ db, settings, now }: UserContext, id: string, factor: Factor): Promise<Removal> {
  return db.transaction(async (tx) => {
    // Two removals at once would each see the other's factor as the one that is left.
    await tx.query({ text: 'select from account where id = $1 for update', values: [id] });
    const account = await accountById(tx, id, now());
    if (account === undefined) return 'absent';
    const count = account.passkeys + (account.totpSecret === undefined ? 0 : 1);
    if (count === 1 && needsFactor(account, settings)) return 'needed';
    const removed = await tx.query(
      factor.kind === 'passkey'
        ? { text: 'delete from account_passkey where account = $1 and id = $2 returning id', values: [id, factor.id] }
        : {
            text: 'update account set totp_secret = null where id = $1 and totp_secret is not null returning id',
            values: [id],
          },
    );
    return removed.length === 0 ? 'absent' : 'removed';
  });
}
