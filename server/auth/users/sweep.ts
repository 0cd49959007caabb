import { sweepSessions } from '../sessions/stored-session.ts';
import { sweepTokens } from './one-time-token.ts';
import { sweepTries } from './sign-in-tries.ts';
import type { UserContext } from './user-context.ts';

/** Removes what has run out: sessions, links, counted tries. To be called now and then. */
export async function sweepSignIn({ db, settings, now }: Pick<UserContext, 'db' | 'settings' | 'now'>): Promise<void> {
  await sweepSessions(db, settings, now());
  await sweepTokens(db, now());
  await sweepTries(db, now());
}
