import type { Visitor } from '../sessions/browser.ts';
import { checkCode } from '../users/check-code.ts';
import { hasSecondFactor } from '../users/stored-account.ts';
import { entered, redirect, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, field, hidden, leaveForm } from './field.ts';
import { factorGiven, pathOf } from './go-on.ts';
import { html } from './html.ts';
import { PASSKEY_SCRIPT_PATH } from './passkey-script.ts';

const REFUSED = 'The code is not right, was used already, or codes are paused for a while after too many failures.';

/** `GET /auth/second-factor`: at sign-in, and again before sensitive acts. */
export async function showSecondFactor(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  return hasSecondFactor(visitor.account)
    ? form(exchange, visitor, 200, undefined)
    : redirect(pathOf('authenticator', exchange.returnTo));
}

/** `POST /auth/second-factor` with a code out of the app, or a recovery code. */
export async function submitSecondFactor(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  const { users, request, from } = exchange;
  const isRight = await checkCode(users, visitor.account, entered(request, 'code') ?? '', from);
  return isRight ? factorGiven(exchange, visitor, ['otp']) : form(exchange, visitor, 403, REFUSED);
}

function form(
  { csrfToken, returnTo }: Exchange,
  { account, live }: Visitor,
  status: number,
  error: string | undefined,
): Reply {
  const hasPasskey = account.passkeys > 0;
  const body = html`<form method="post" action="/auth/second-factor">
      ${csrfField(csrfToken)} ${hidden('return_to', returnTo)}
      ${field({
        name: 'code',
        label: 'Code',
        hint: 'The six digits that your authenticator app shows, or one of your recovery codes.',
        autocomplete: 'one-time-code',
        error,
        hasFocus: true,
      })}
      <button>Continue</button>
    </form>
    ${
      hasPasskey &&
      html`<form data-passkey="prove" hidden>
        ${csrfField(csrfToken)} ${hidden('return_to', returnTo)}
        <p><button class="plain">Use a passkey</button></p>
        <p class="error" role="alert"></p>
      </form>`
    }
    ${leaveForm(csrfToken)}`;
  return showPage(
    {
      title: 'One more step',
      body,
      ...(live === undefined ? {} : { session: live }),
      ...(hasPasskey ? { script: PASSKEY_SCRIPT_PATH } : {}),
    },
    status,
  );
}
