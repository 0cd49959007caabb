import type { IncomingMessage } from 'node:http';
import type { Session } from '../account.ts';
import { accountOf } from '../users/account-of.ts';
import { COMMAND_LINE } from '../users/client-address.ts';
import { accountById, type StoredAccount } from '../users/stored-account.ts';
import { tell } from '../users/tell.ts';
import type { UserContext } from '../users/user-context.ts';
import { readCookie } from './cookie.ts';
import { csrfTokenOf } from './genuine-post.ts';
import { stageOf, type Stage } from './stage.ts';
import { chooseMembership, endSessions, touchSession, type StoredSession } from './stored-session.ts';

/** A browser that has proven something, maybe not all that it takes. */
export interface Visitor {
  readonly session: StoredSession;
  readonly account: StoredAccount;
  readonly stage: Stage;
  readonly csrfToken: string;
  /** When the stage is `live`. */
  readonly live: Session | undefined;
}

/** Who the browser of a request is, by its session cookie; the session is prolonged by it. */
export async function visitorOf(
  context: UserContext,
  request: IncomingMessage,
  origin: string,
): Promise<Visitor | undefined> {
  const token = readCookie(request, origin, 'session');
  return token === undefined ? undefined : visitorByToken(context, token);
}

export async function visitorByToken(context: UserContext, token: string): Promise<Visitor | undefined> {
  const { db, settings, staff } = context;
  const now = context.now();
  const session = await touchSession(db, token, settings, now);
  if (session === undefined) return undefined;
  const account = await accountById(db, session.account, now);
  if (account === undefined || account.isDisabled) return undefined;
  const csrfToken = csrfTokenOf(token);
  const visitor = { session, account, csrfToken, live: undefined };
  const stage = stageOf(session, account, settings, now);
  if (stage !== 'live' && stage !== 'membership') return { ...visitor, stage };

  const whole = await accountOf(staff, account);
  const [only, ...others] = whole.memberships;
  const isChosen = stage === 'live';
  const membership = isChosen
    ? whole.memberships.find(({ tenant, fhirUser }) => tenant === session.tenant && fhirUser === session.fhirUser)
    : others.length === 0
      ? only
      : undefined;
  if (membership === undefined) return { ...visitor, stage: 'membership' };
  if (!isChosen) await chooseMembership(db, session.id, membership);
  else if (!sameRoles(session.roles, membership.roles)) {
    await endSessions(db, account.id);
    await tell(context, account, COMMAND_LINE, {
      kind: 'sessions-ended',
      outcome: 'success',
      by: 'server',
      detail: 'roles changed',
    });
    return undefined;
  }
  const { id, methods, signedIn, secondFactor } = session;
  const live: Session = {
    id,
    account: whole,
    membership,
    methods,
    signedIn,
    ...(secondFactor === undefined ? {} : { secondFactor }),
    csrfToken,
  };
  return { ...visitor, stage: 'live', live };
}

function sameRoles(before: readonly string[], now: readonly string[]): boolean {
  return before.length === now.length && before.every((role) => now.includes(role));
}
