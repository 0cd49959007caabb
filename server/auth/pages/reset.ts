import { addressOf, resetLink, resetMail } from '../users/account-links.ts';
import { takeTurn } from '../users/sign-in-tries.ts';
import { accountByLogin, loginKey } from '../users/stored-account.ts';
import { tell } from '../users/tell.ts';
import { entered, showPage, type Exchange, type Reply } from './exchange.ts';
import { csrfField, field, notice, problem } from './field.ts';
import { html } from './html.ts';

/** `GET /auth/reset` */
export async function showReset({ users, csrfToken }: Exchange): Promise<Reply> {
  const title = 'A new password';
  if (users.mailer === undefined) {
    return showPage({ title, body: problem('This server sends no mail. Ask an administrator for a link.') });
  }
  const body = html`<p>If there is an account, a mail with a link is sent to its address.</p>
    <form method="post" action="/auth/reset">
      ${csrfField(csrfToken)}
      ${field({ name: 'login', label: 'Login or mail address', autocomplete: 'username', hasFocus: true })}
      <button>Send the mail</button>
    </form>`;
  return showPage({ title, body });
}

/** `POST /auth/reset`: the same answer whether there is an account or not; the mail goes out in the background. */
export async function submitReset(exchange: Exchange): Promise<Reply> {
  const { users, request, from } = exchange;
  const { db, mailer } = users;
  const login = entered(request, 'login') ?? '';
  const account = await accountByLogin(db, login, users.now());
  const turn = await takeTurn(db, { kind: 'mail', loginKey: loginKey(login) }, users.now());
  await tell(users, account, from, {
    kind: 'password-reset-requested',
    outcome: turn === 'refused' ? 'failure' : 'success',
  });
  const to = account === undefined || account.isDisabled ? undefined : addressOf(account);
  if (mailer !== undefined && account !== undefined && to !== undefined && turn !== 'refused') {
    mailer.post(account.id, async () => resetMail(to, users.origin, await resetLink(db, users, account.id)));
  }
  const body = notice(
    'If there is an account with this login, a mail with a link is on its way. The link works for an hour.',
  );
  return showPage({ title: 'Look into your mail', body });
}
