import type { Visitor } from '../sessions/browser.ts';
import { readCookie } from '../sessions/cookie.ts';
import { csrfTokenOf } from '../sessions/genuine-post.ts';
import { accountById } from '../users/stored-account.ts';
import { accountOfIdentity, linkIdentity, providerById, unlinkIdentity } from '../users/sso-providers.ts';
import { tell } from '../users/tell.ts';
import { ACCOUNT_PATH, redirect, showPage, type Exchange, type Reply } from './exchange.ts';
import { problem } from './field.ts';
import { signedIn } from './go-on.ts';
import { html } from './html.ts';

const TITLE = 'Sign in with another account';

/** `GET /auth/sso/ID`: off to the provider. */
export async function startSso(exchange: Exchange, id: string): Promise<Reply> {
  return leave(exchange, id, undefined);
}

/** `POST /auth/account/sso/ID`: the identity there shall be this account's. */
export async function startLink(exchange: Exchange, { account }: Visitor, id: string): Promise<Reply> {
  return leave(exchange, id, account.id);
}

/** `GET /auth/sso/ID/callback`: back from there. */
export async function finishSso(exchange: Exchange, id: string): Promise<Reply> {
  const { users, signInWith, origin, request, from, visitor } = exchange;
  const provider = await providerById(users, id);
  const browser = readCookie(request, origin, 'form');
  const answer =
    provider === undefined || browser === undefined
      ? undefined
      : await signInWith.finish(provider, new URL(request.originalUrl, origin), csrfTokenOf(browser));
  if (answer === undefined) return refused(exchange, 'The provider did not confirm who you are. Start again.');
  const { issuer, subject, hasSecondFactor, returnTo, link } = answer;
  if (link !== undefined) {
    if (visitor?.stage !== 'live' || visitor.account.id !== link)
      return refused(exchange, 'Sign in first, then link it.');
    const isLinked = await linkIdentity(users.db, { issuer, subject, account: link }, users.now());
    if (!isLinked) return refused(exchange, 'That identity belongs to another account.');
    await tell(users, visitor.account, from, { kind: 'identity-linked', outcome: 'success' });
    return redirect(ACCOUNT_PATH);
  }
  const found = await accountOfIdentity(users.db, issuer, subject);
  const account = found === undefined ? undefined : await accountById(users.db, found, users.now());
  if (account === undefined || account.isDisabled) {
    return refused(
      exchange,
      'No account here goes with that identity. Sign in with a password and link it in your account.',
    );
  }
  const methods = ['fed', ...(hasSecondFactor ? ['mfa'] : [])];
  return signedIn({ ...exchange, returnTo }, account, methods, hasSecondFactor ? users.now() : undefined);
}

/** `POST /auth/account/sso/ID/remove` */
export async function unlink({ users, from }: Exchange, { account }: Visitor, id: string): Promise<Reply> {
  const provider = await providerById(users, id);
  if (provider !== undefined && (await unlinkIdentity(users.db, account.id, provider.issuer))) {
    await tell(users, account, from, { kind: 'identity-unlinked', outcome: 'success' });
  }
  return redirect(ACCOUNT_PATH);
}

async function leave(exchange: Exchange, id: string, link: string | undefined): Promise<Reply> {
  const { users, signInWith, origin, returnTo, browserToken } = exchange;
  const provider = await providerById(users, id);
  if (provider === undefined) return showPage({ title: TITLE, body: problem('There is no such provider.') }, 404);
  const purpose = { browser: csrfTokenOf(browserToken), returnTo, link };
  const url = (await signInWith.start(provider, `${origin}/auth/sso/${id}/callback`, purpose)).href;
  // By a page: `form-action` would hold for the redirect of a form.
  return showPage({ title: TITLE, body: html`<p><a href="${url}">Continue at ${provider.name}</a></p>`, next: url });
}

async function refused({ users, from }: Exchange, text: string): Promise<Reply> {
  await tell(users, undefined, from, {
    kind: 'sign-in',
    outcome: 'failure',
    methods: ['fed'],
    detail: 'identity refused',
  });
  const body = html`${problem(text)}
    <p><a href="/auth/sign-in">Sign in</a></p>`;
  return showPage({ title: TITLE, body }, 403);
}
