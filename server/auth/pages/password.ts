import type { Visitor } from '../sessions/browser.ts';
import { checkPassword } from '../users/check-password.ts';
import { LENGTH_ALONE, LENGTH_WITH_FACTOR } from '../users/password-policy.ts';
import { passwordProblemOf, storePassword } from '../users/set-password.ts';
import { accountById } from '../users/stored-account.ts';
import { tell } from '../users/tell.ts';
import { entered, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, field, hidden, leaveForm, problem } from './field.ts';
import { signedIn } from './go-on.ts';
import { html, type Html } from './html.ts';

/** `GET /auth/password`: the password is changed, because the person wants to or because it is too old. */
export async function showPassword(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  return form(exchange, visitor, 200, {});
}

/** `POST /auth/password`; every session ends, and this browser gets a new one. */
export async function submitPassword(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  const { users, request, from } = exchange;
  const { account, session } = visitor;
  const password = entered(request, 'new-password') ?? '';
  const unequal = password === entered(request, 'repeated') ? undefined : 'The two entries differ.';
  const wrong = unequal ?? (await passwordProblemOf(users, account, password));
  if (wrong !== undefined) return form(exchange, visitor, 400, { password: wrong });
  if ((await checkPassword(users, account.login, entered(request, 'password') ?? '', from))?.id !== account.id) {
    return form(exchange, visitor, 403, { current: 'The password is not right, or paused after too many failures.' });
  }
  const hash = await users.hasher.hash(password);
  await users.db.transaction((tx) => storePassword(tx, users, account, password, hash));
  await tell(users, account, from, { kind: 'password-changed', outcome: 'success' });
  const changed = (await accountById(users.db, account.id, users.now())) ?? account;
  return signedIn(exchange, changed, session.methods, session.secondFactor);
}

/** Twice a new password. */
export function newPasswordFields(error: string | undefined): Html {
  const hint = `At least ${LENGTH_ALONE} characters, ${LENGTH_WITH_FACTOR} when you have a second factor; any characters will do.`;
  const both = { type: 'password', autocomplete: 'new-password' } as const;
  return html`${field({ ...both, name: 'new-password', label: 'New password', hint, error })}
  ${field({ ...both, name: 'repeated', label: 'New password again' })}`;
}

function form(
  { csrfToken, returnTo }: Exchange,
  { stage, live, account }: Visitor,
  status: number,
  errors: { readonly current?: string; readonly password?: string },
): Reply {
  const body = html`${problem(stage === 'password' ? 'Your password is too old: choose a new one.' : undefined)}
    <form method="post" action="/auth/password">
      ${csrfField(csrfToken)} ${hidden('return_to', returnTo)} ${hidden('username', account.login)}
      ${field({
        name: 'password',
        label: 'Password as it is now',
        type: 'password',
        autocomplete: 'current-password',
        error: errors.current,
      })}
      ${newPasswordFields(errors.password)}
      <button>Change the password</button>
    </form>
    ${live === undefined && leaveForm(csrfToken)}`;
  return showPage({ title: 'Change your password', body, ...(live === undefined ? {} : { session: live }) }, status);
}
