import type { Visitor } from '../sessions/browser.ts';
import { removeFactor, type Factor } from '../users/remove-factor.ts';
import { tell } from '../users/tell.ts';
import { ACCOUNT_PATH, redirect, showPage, type Exchange, type Reply } from './exchange.ts';
import { problem } from './field.ts';
import { html } from './html.ts';

/** `POST /auth/account/authenticator/remove` */
export function removeAuthenticator(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  return removeOne(exchange, visitor, { kind: 'authenticator' });
}

/** `POST /auth/account/passkey/ID/remove` */
export function removePasskey(exchange: Exchange, visitor: Visitor, id: string): Promise<Reply> {
  return removeOne(exchange, visitor, { kind: 'passkey', id });
}

async function removeOne({ users, from }: Exchange, { account, live }: Visitor, factor: Factor): Promise<Reply> {
  const removal = await removeFactor(users, account.id, factor);
  if (removal === 'needed') {
    const body = html`${problem('Your account must have a second factor: add another one first.')}
      <p><a href="${ACCOUNT_PATH}">Your account</a></p>`;
    return showPage({ title: 'It stays', body, ...(live === undefined ? {} : { session: live }) }, 409);
  }
  if (removal === 'removed') {
    const methods = factor.kind === 'passkey' ? ['hwk'] : ['otp'];
    await tell(users, account, from, { kind: 'factor-removed', outcome: 'success', methods });
  }
  return redirect(ACCOUNT_PATH);
}
