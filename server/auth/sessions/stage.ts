import { hasSecondFactor, type StoredAccount } from '../users/stored-account.ts';
import type { UserSettings } from '../users/user-settings.ts';
import type { StoredSession } from './stored-session.ts';

/** What a session still waits for. Only a `live` one is signed in. */
export type Stage = 'second-factor' | 'authenticator' | 'password' | 'membership' | 'live';

/**
 * Worked out anew for each request, from what was proven and what is required now: nothing that comes to be required
 * later is passed by.
 */
export function stageOf(
  session: StoredSession,
  account: StoredAccount,
  settings: Pick<UserSettings, 'secondFactor' | 'passwordAge'>,
  now: number,
): Stage {
  if (session.secondFactor === undefined) {
    if (hasSecondFactor(account)) return 'second-factor';
    if (needsFactor(account, settings)) return 'authenticator';
  }
  if (session.methods.includes('pwd') && isPasswordOld(account, settings, now)) return 'password';
  const isChosen = account.memberships.some(
    ({ tenant, fhirUser }) => tenant === session.tenant && fhirUser === session.fhirUser,
  );
  return isChosen ? 'live' : 'membership';
}

/** Whether the account must have a second factor: by the installation's rule, or because its password is short. */
export function needsFactor(account: StoredAccount, { secondFactor }: Pick<UserSettings, 'secondFactor'>): boolean {
  if (account.isPasswordShort || secondFactor === 'all') return true;
  return secondFactor === 'staff' && account.memberships.some(({ fhirUser }) => fhirUser.startsWith('Practitioner/'));
}

function isPasswordOld(
  { passwordSet }: StoredAccount,
  { passwordAge }: Pick<UserSettings, 'passwordAge'>,
  now: number,
): boolean {
  return passwordAge > 0 && passwordSet !== undefined && passwordSet + passwordAge <= now;
}
