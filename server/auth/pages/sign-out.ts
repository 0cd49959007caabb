import type { Visitor } from '../sessions/browser.ts';
import { clearCookie } from '../sessions/cookie.ts';
import { endSession, endSessions } from '../sessions/stored-session.ts';
import { tell } from '../users/tell.ts';
import { redirect, type Exchange, type Reply } from './exchange.ts';

/**
 * `POST /auth/sign-out`: everywhere, so that nothing stays open on a workstation that somebody walked away from; of who is
 * not signed in yet only here: a password alone ends nothing of its owner's.
 */
export async function signOut(exchange: Exchange, { account, session, stage }: Visitor): Promise<Reply> {
  const { users, from, origin } = exchange;
  if (stage === 'live') await endSessions(users.db, account.id);
  else await endSession(users.db, account.id, session.id);
  await tell(users, account, from, { kind: 'sign-out', outcome: 'success', session: session.id });
  return redirect('/auth/sign-in', [clearCookie(origin, 'session')]);
}
