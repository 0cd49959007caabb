import { consumeToken, peekToken } from '../users/one-time-token.ts';
import { passwordProblemOf, storePassword } from '../users/set-password.ts';
import { accountById, type StoredAccount } from '../users/stored-account.ts';
import { tell } from '../users/tell.ts';
import { entered, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, hidden, notice, problem } from './field.ts';
import { html } from './html.ts';
import { newPasswordFields } from './password.ts';

export type LinkKind = 'invitation' | 'reset';

const TITLE = 'Choose a password';

/** `GET /auth/invitation/TOKEN`, `GET /auth/reset/TOKEN`: looking uses no link up. */
export async function showPasswordLink(exchange: Exchange, kind: LinkKind, token: string): Promise<Reply> {
  const account = await accountOfLink(exchange, kind, token);
  return account === undefined ? gone() : form(exchange, kind, token, account, 200, undefined);
}

/** `POST` to the same: the password is set, everything that was open ends. A second factor stays what it was. */
export async function submitPasswordLink(exchange: Exchange, kind: LinkKind, token: string): Promise<Reply> {
  const { users, request, from } = exchange;
  const account = await accountOfLink(exchange, kind, token);
  if (account === undefined) return gone();
  const password = entered(request, 'new-password') ?? '';
  const unequal = password === entered(request, 'repeated') ? undefined : 'The two entries differ.';
  const wrong = unequal ?? (await passwordProblemOf(users, account, password));
  if (wrong !== undefined) return form(exchange, kind, token, account, 400, wrong);
  const hash = await users.hasher.hash(password);
  const isSet = await users.db.transaction(async (tx) => {
    const link = await consumeToken(tx, kind, token, users.now());
    if (link?.account !== account.id) return false;
    await storePassword(tx, users, account, password, hash);
    // Whoever knew the old password may have let apps in.
    await tx.query({ text: 'update account set valid_since = $2 where id = $1', values: [account.id, users.now()] });
    return true;
  });
  if (!isSet) return gone();
  await tell(users, account, from, { kind: 'password-reset', outcome: 'success', detail: kind });
  const body = html`${notice('Your password is set.')}
    <p><a href="/auth/sign-in">Sign in</a></p>`;
  return showPage({ title: TITLE, body });
}

async function accountOfLink({ users }: Exchange, kind: LinkKind, token: string): Promise<StoredAccount | undefined> {
  const link = await peekToken(users.db, kind, token, users.now());
  const account = link?.account === undefined ? undefined : await accountById(users.db, link.account, users.now());
  return account === undefined || account.isDisabled ? undefined : account;
}

function form(
  { csrfToken }: Exchange,
  kind: LinkKind,
  token: string,
  account: StoredAccount,
  status: number,
  error: string | undefined,
): Reply {
  const body = html`<p>For the account <strong>${account.login}</strong>.</p>
    <form method="post" action="/auth/${kind}/${token}">
      ${csrfField(csrfToken)} ${hidden('username', account.login)} ${newPasswordFields(error)}
      <button>Set the password</button>
    </form>`;
  return showPage({ title: TITLE, body }, status);
}

function gone(): Reply {
  const text = 'This link does not work: it was used already, it is too old, or there is a newer one.';
  return showPage({ title: TITLE, body: problem(text) }, 410);
}
