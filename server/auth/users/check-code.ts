import type { ClientAddress } from './client-address.ts';
import { takeRecoveryCode } from './recovery-codes.ts';
import { forgetTries, takeTurn } from './sign-in-tries.ts';
import type { StoredAccount } from './stored-account.ts';
import { tell } from './tell.ts';
import { isTotpCode, takeTotp } from './totp.ts';
import type { UserContext } from './user-context.ts';

/** Whether a code out of the app, or a recovery code, is right. Tries are limited as those of passwords are. */
export async function checkCode(
  context: UserContext,
  account: StoredAccount,
  code: string,
  from: ClientAddress,
): Promise<boolean> {
  const { db } = context;
  const tried = { kind: 'factor', account: account.id } as const;
  const turn = await takeTurn(db, tried, context.now());
  const entered = code.replaceAll(' ', '');
  const isTotp = isTotpCode(entered);
  const isRight =
    turn !== 'refused' &&
    (isTotp ? await takeTotp(context, account, entered) : await takeRecoveryCode(db, account.id, entered));
  if (!isRight) {
    const detail = turn === 'refused' ? 'code refused: locked' : 'code refused';
    await tell(context, account, from, { kind: 'second-factor', outcome: 'failure', methods: ['otp'], detail });
    if (turn === 'last') await tell(context, account, from, { kind: 'locked', outcome: 'success', detail: 'code' });
    return false;
  }
  await forgetTries(db, tried);
  if (!isTotp) await tell(context, account, from, { kind: 'recovery-code-used', outcome: 'success' });
  await tell(context, account, from, { kind: 'second-factor', outcome: 'success', methods: ['otp'] });
  return true;
}
