import type { IncomingMessage } from 'node:http';
import type { SignIn } from '../account.ts';
import { visitorOf } from '../sessions/browser.ts';
import { isSessionLive } from '../sessions/stored-session.ts';
import { accountOf } from './account-of.ts';
import { accountById } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

/** @param originOf origin under which the browser of a request reaches this server */
export function createSignIn(context: UserContext, originOf: (request: IncomingMessage) => string): SignIn {
  const { db, settings, staff, now } = context;
  return {
    sessionOf: async (request) => (await visitorOf(context, request, originOf(request)))?.live,
    signInUrl(returnTo, { again = false, secondFactor = false } = {}) {
      const page = secondFactor && !again ? 'second-factor' : 'sign-in';
      const query = new URLSearchParams({ return_to: returnTo });
      if (again) query.set('again', '1');
      return `/auth/${page}?${query.toString()}`;
    },
    async accountById(id) {
      if (!isUuid(id)) return undefined;
      const account = await accountById(db, id, now());
      return account === undefined || account.isDisabled ? undefined : accountOf(staff, account);
    },
    isLive: (sessionId) => isSessionLive(db, sessionId, settings, now()),
  };
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
