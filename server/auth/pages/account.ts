import type { Visitor } from '../sessions/browser.ts';
import { endSession, listSessions, type ListedSession } from '../sessions/stored-session.ts';
import { listPasskeys, type Passkey } from '../users/passkeys.ts';
import { countRecoveryCodes, makeRecoveryCodes } from '../users/recovery-codes.ts';
import { linkedIssuers, listProviders } from '../users/sso-providers.ts';
import { tell } from '../users/tell.ts';
import { nameOf } from './acting-as.ts';
import { ACCOUNT_PATH, redirect, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, field } from './field.ts';
import { showCodes } from './authenticator.ts';
import { html, type Html } from './html.ts';
import { PASSKEY_SCRIPT_PATH } from './passkey-script.ts';

/** `GET /auth/account`: what somebody proves themself with, and where they are signed in. */
export async function showAccount(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  const { users, csrfToken } = exchange;
  const { account, session, live } = visitor;
  const sessions = await listSessions(users.db, account.id, users.settings, users.now());
  const passkeys = await listPasskeys(users.db, account.id);
  const codes = await countRecoveryCodes(users.db, account.id);
  const button = (path: string, text: string): Html =>
    html`<form method="post" action="${ACCOUNT_PATH}/${path}">
      ${csrfField(csrfToken)}<button class="plain">${text}</button>
    </form>`;
  const body = html`<p>
      ${live !== undefined && html`You act as ${await nameOf(users, live.membership)}${roles(live.membership.roles)}.`}
      ${account.memberships.length > 1 && html`<a href="/auth/membership">Act as somebody else</a>`}
    </p>
    <p><a href="/auth/apps">Apps that may use your account</a></p>
    <h2>Password</h2>
    <p><a href="/auth/password">Change the password</a></p>
    <h2>Authenticator app</h2>
    <p>
      ${account.totpSecret === undefined ? 'None.' : 'There is one.'}
      <a href="/auth/authenticator"
        >Set up ${account.totpSecret === undefined ? 'an app' : 'another app in its place'}</a
      >
    </p>
    ${account.totpSecret !== undefined && button('authenticator/remove', 'Remove the app')}
    <h2>Passkeys</h2>
    ${passkeyList(passkeys, button)}
    <form data-passkey="register" hidden>
      ${csrfField(csrfToken)} ${field({ name: 'name', label: 'Name of a new passkey', autocomplete: 'off' })}
      <button>Add a passkey</button>
      <p class="error" role="alert"></p>
    </form>
    <h2>Recovery codes</h2>
    <p>${codes} are left.</p>
    ${button('recovery-codes', 'Make new ones')} ${await providers(exchange, account.id, button)}
    <h2>Where you are signed in</h2>
    <p>Signing out ends all of these.</p>
    ${sessionList(sessions, session.id, button)}`;
  const page = { title: 'Your account', body, script: PASSKEY_SCRIPT_PATH };
  return showPage(live === undefined ? page : { ...page, session: live });
}

/** `POST /auth/account/recovery-codes` */
export async function newRecoveryCodes({ users, from }: Exchange, { account }: Visitor): Promise<Reply> {
  const codes = await users.db.transaction((tx) => makeRecoveryCodes(tx, account.id));
  await tell(users, account, from, { kind: 'recovery-codes-made', outcome: 'success' });
  return showCodes(codes, ACCOUNT_PATH);
}

/** `POST /auth/account/session/ID/end` */
export async function endOneSession({ users, from }: Exchange, { account }: Visitor, id: string): Promise<Reply> {
  if (await endSession(users.db, account.id, id)) {
    await tell(users, account, from, { kind: 'sign-out', outcome: 'success', session: id });
  }
  return redirect(ACCOUNT_PATH);
}

type Button = (path: string, text: string) => Html;

function roles(names: readonly string[]): string {
  return names.length === 0 ? '' : `: ${names.join(', ')}`;
}

function passkeyList(passkeys: readonly Passkey[], button: Button): Html {
  if (passkeys.length === 0) return html`<p>None.</p>`;
  return html`<ul>
    ${passkeys.map(
      ({ id, name, created, used }) =>
        html`<li>
          ${name}, added ${time(created)}, ${used === undefined ? 'never used' : html`used ${time(used)}`}
          ${button(`passkey/${id}/remove`, `Remove ${name}`)}
        </li>`,
    )}
  </ul>`;
}

async function providers({ users }: Exchange, account: string, button: Button): Promise<Html> {
  const known = await listProviders(users.db);
  if (known.length === 0) return html``;
  const linked = await linkedIssuers(users.db, account);
  return html`<h2>Sign-in with other accounts</h2>
    ${known.map(({ id, name, issuer }) =>
      linked.includes(issuer) ? button(`sso/${id}/remove`, `Unlink ${name}`) : button(`sso/${id}`, `Link ${name}`),
    )}`;
}

function sessionList(sessions: readonly ListedSession[], own: string, button: Button): Html {
  return html`<ul>
    ${sessions.map(
      ({ id, started, seen, ip, userAgent }) =>
        html`<li>
          ${id === own && html`<strong>This browser:</strong> `}${userAgent ?? 'unknown browser'},
          ${ip ?? 'no address'}, since ${time(started)}, last used ${time(seen)}
          ${button(`session/${id}/end`, id === own ? 'End this one' : 'End it')}
        </li>`,
    )}
  </ul>`;
}

function time(ms: number): Html {
  const text = new Date(ms).toISOString();
  return html`<time datetime="${text}">${text.slice(0, 16).replace('T', ' ')} UTC</time>`;
}
