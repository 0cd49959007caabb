import { visitorByToken, type Visitor } from '../sessions/browser.ts';
import { setCookie } from '../sessions/cookie.ts';
import type { Stage } from '../sessions/stage.ts';
import { endSession, raiseSession, restartSession, startSession } from '../sessions/stored-session.ts';
import { tell } from '../users/tell.ts';
import type { StoredAccount } from '../users/stored-account.ts';
import { redirect, showPage, type Exchange, type Reply } from './exchange.ts';
import { html } from './html.ts';

const PATHS: Readonly<Record<Exclude<Stage, 'live'>, string>> = {
  'second-factor': '/auth/second-factor',
  authenticator: '/auth/authenticator',
  password: '/auth/password',
  membership: '/auth/membership',
};

/** The page of what a session still waits for. */
export function pathOf(stage: Exclude<Stage, 'live'>, returnTo: string): string {
  return `${PATHS[stage]}?${new URLSearchParams({ return_to: returnTo }).toString()}`;
}

/** After something was proven: to what is still missing, or back to where the browser wanted to go. */
export function goOn(
  { returnTo }: Pick<Exchange, 'returnTo'>,
  visitor: Visitor,
  cookies: readonly string[] = [],
): Reply {
  if (visitor.stage !== 'live') return redirect(pathOf(visitor.stage, returnTo), cookies);
  // A page, not a redirect: from here it may go on to an app, and `form-action` would hold for redirects of the form.
  const body = html`<p><a href="${returnTo}">Continue</a></p>`;
  return showPage({ title: 'You are signed in', body, next: returnTo }, 200, cookies);
}

/**
 * Starts the session of somebody who proved who they are; the one that the browser had goes on when it is theirs, or ends.
 * @param secondFactor milliseconds: when it was given
 */
export async function signedIn(
  exchange: Exchange,
  account: StoredAccount,
  methods: readonly string[],
  secondFactor: number | undefined,
): Promise<Reply> {
  const { users, from, visitor } = exchange;
  const now = users.now();
  await tell(users, account, from, { kind: 'sign-in', outcome: 'success', methods });
  const { id, passwordSet } = account;
  const proven = { account: id, methods, secondFactor, passwordSet, ...from };
  const renewed = visitor && (await restartSession(users.db, visitor.session.id, proven, now));
  if (visitor !== undefined && renewed === undefined) {
    await endSession(users.db, visitor.account.id, visitor.session.id);
  }
  const token = renewed ?? (await startSession(users.db, proven, now));
  return token === undefined ? redirect('/auth/sign-in') : withToken(exchange, token);
}

/** A second factor was given: the session rises, under a new token. */
export async function factorGiven(exchange: Exchange, visitor: Visitor, methods: readonly string[]): Promise<Reply> {
  const { db, now } = exchange.users;
  const token = await raiseSession(db, visitor.session.id, [...methods, 'mfa'], now());
  return token === undefined ? redirect('/auth/sign-in') : withToken(exchange, token);
}

async function withToken(exchange: Exchange, token: string): Promise<Reply> {
  const visitor = await visitorByToken(exchange.users, token);
  if (visitor === undefined) return redirect('/auth/sign-in');
  return goOn(exchange, visitor, [setCookie(exchange.origin, 'session', token)]);
}
