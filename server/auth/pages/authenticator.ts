import type { Visitor } from '../sessions/browser.ts';
import { setCookie } from '../sessions/cookie.ts';
import { raiseSession } from '../sessions/stored-session.ts';
import { countRecoveryCodes, makeRecoveryCodes } from '../users/recovery-codes.ts';
import { tell } from '../users/tell.ts';
import { adoptTotp, confirmTotp, offerAgain, offerTotp, type TotpOffer } from '../users/totp.ts';
import { entered, redirect, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, field, hidden, leaveForm, notice } from './field.ts';
import { html, type Html } from './html.ts';
import { qrCode } from './qr-code.ts';

/** `GET /auth/authenticator`: an authenticator app is set up, in place of the one before. */
export async function showAuthenticator(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  const { account } = visitor;
  return form(exchange, visitor, await offerTotp(exchange.users, account.id, account.login), 200, undefined);
}

/** `POST /auth/authenticator` with the first code. */
export async function submitAuthenticator(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  const { users, request, from, origin, returnTo } = exchange;
  const { account, session } = visitor;
  const ticket = entered(request, 'ticket') ?? '';
  const confirmed = await confirmTotp(users, account.id, ticket, (entered(request, 'code') ?? '').replaceAll(' ', ''));
  if (confirmed === undefined) {
    const offer =
      (await offerAgain(users, account.id, ticket, account.login)) ??
      (await offerTotp(users, account.id, account.login));
    return form(exchange, visitor, offer, 403, 'The code is not right; enter the one that the app shows now.');
  }
  const codes = await users.db.transaction(async (tx) => {
    if (!(await adoptTotp(tx, users, account.id, ticket, confirmed))) return undefined;
    return (await countRecoveryCodes(tx, account.id)) > 0 ? [] : makeRecoveryCodes(tx, account.id);
  });
  if (codes === undefined) return redirect('/auth/authenticator');
  await tell(users, account, from, { kind: 'factor-added', outcome: 'success', methods: ['otp'] });
  const token = await raiseSession(users.db, session.id, ['otp', 'mfa'], users.now());
  const cookies = token === undefined ? [] : [setCookie(origin, 'session', token)];
  return codes.length === 0 ? redirect(returnTo, cookies) : showCodes(codes, returnTo, cookies);
}

/** Recovery codes, the one time that they are shown. */
export function showCodes(codes: readonly string[], next: string, cookies: readonly string[] = []): Reply {
  const body = html`${notice('Keep these codes where nobody else finds them. They are shown only now.')}
    <p>Each of them works once in place of a code of your app, when you do not have it with you.</p>
    <ul class="codes">
      ${codes.map((code) => html`<li>${code}</li>`)}
    </ul>
    <p><a href="${next}">I have kept them: continue</a></p>`;
  return showPage({ title: 'Recovery codes', body }, 200, cookies);
}

/** How a secret gets into an app, and the field for its first code. */
export function authenticatorFields({ ticket, secret, uri }: TotpOffer, error: string | undefined): Html {
  const groups = secret.match(/.{1,4}/g) ?? [];
  return html`${hidden('ticket', ticket)}
    <ol>
      <li>Open an authenticator app, on your phone for instance.</li>
      <li>
        Let it scan this code: ${qrCode(uri, 'QR code that adds this account to an authenticator app')}
        <a href="${uri}">Add this account to the app</a> if it is on this device; or enter this key there, of kind
        time-based: <code>${groups.join(' ')}</code>
      </li>
      <li>Enter the six digits that it shows then.</li>
    </ol>
    ${field({ name: 'code', label: 'Code', autocomplete: 'one-time-code', inputMode: 'numeric', error })}`;
}

function form(
  { csrfToken, returnTo }: Exchange,
  { stage, live }: Visitor,
  offer: TotpOffer,
  status: number,
  error: string | undefined,
): Reply {
  const body = html`${stage === 'authenticator' && html`<p>Your account needs a second factor besides the password.</p>`}
    <form method="post" action="/auth/authenticator">
      ${csrfField(csrfToken)} ${hidden('return_to', returnTo)} ${authenticatorFields(offer, error)}
      <button>Use this app from now on</button>
    </form>
    ${live === undefined && leaveForm(csrfToken)}`;
  return showPage({ title: 'Authenticator app', body, ...(live === undefined ? {} : { session: live }) }, status);
}
