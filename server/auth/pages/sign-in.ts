import { checkPassword } from '../users/check-password.ts';
import { listProviders } from '../users/sso-providers.ts';
import { entered, queried, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, field, hidden, problem } from './field.ts';
import { goOn, signedIn } from './go-on.ts';
import { html, type Html } from './html.ts';
import { PASSKEY_SCRIPT_PATH } from './passkey-script.ts';

/** One text for everything that may be wrong, so that nobody learns which accounts exist. */
const REFUSED =
  'That login and password do not go together, or signing in by password is paused for a while after too many failures.';

/** `GET /auth/sign-in`; with `again=1` also for somebody who is signed in. */
export async function showSignIn(exchange: Exchange): Promise<Reply> {
  const { visitor, request } = exchange;
  if (visitor !== undefined && queried(request, 'again') !== '1') return goOn(exchange, visitor);
  return form(exchange, 200, visitor?.account.login, undefined);
}

/** `POST /auth/sign-in` */
export async function submitSignIn(exchange: Exchange): Promise<Reply> {
  const { users, request, from } = exchange;
  const login = entered(request, 'login') ?? '';
  const account = await checkPassword(users, login, entered(request, 'password') ?? '', from);
  return account === undefined ? form(exchange, 403, login, REFUSED) : signedIn(exchange, account, ['pwd'], undefined);
}

async function form(
  exchange: Exchange,
  status: number,
  login: string | undefined,
  error: string | undefined,
): Promise<Reply> {
  const { csrfToken, returnTo } = exchange;
  const body = html`${problem(error)}
    <form method="post" action="/auth/sign-in">
      ${csrfField(csrfToken)} ${hidden('return_to', returnTo)}
      ${field({
        name: 'login',
        label: 'Login or mail address',
        autocomplete: 'username',
        ...(login === undefined ? {} : { value: login }),
        hasFocus: login === undefined,
      })}
      ${field({
        name: 'password',
        label: 'Password',
        type: 'password',
        autocomplete: 'current-password',
        hasFocus: login !== undefined,
      })}
      <button>Sign in</button>
    </form>
    <form data-passkey="sign-in" hidden>
      ${csrfField(csrfToken)} ${hidden('return_to', returnTo)}
      <p><button class="plain">Sign in with a passkey</button></p>
      <p class="error" role="alert"></p>
    </form>
    ${await others(exchange)}
    <p><a href="/auth/reset">I do not know my password</a></p>`;
  return showPage({ title: 'Sign in', body, script: PASSKEY_SCRIPT_PATH }, status);
}

async function others({ users, returnTo }: Exchange): Promise<Html> {
  const providers = await listProviders(users.db);
  const query = new URLSearchParams({ return_to: returnTo }).toString();
  return html`${providers.map(
    ({ id, name }) => html`<p><a href="/auth/sso/${encodeURIComponent(id)}?${query}">Sign in with ${name}</a></p>`,
  )}`;
}
