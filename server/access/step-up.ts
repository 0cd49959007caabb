import { fault } from '../kernel/fault.ts';
import type { Access } from './access.ts';

const MINUTES = 5;

/**
 * For acts that an unattended, signed-in device must not be enough for. Systems have no second factor and do not pass;
 * the server's own work does. https://www.rfc-editor.org/rfc/rfc9470
 * @param now milliseconds
 * @throws Fault 403 that tells the client to have its user prove themselves again
 */
export function requireFreshFactor(
  { principal, isUnrestricted }: Pick<Access, 'principal' | 'isUnrestricted'>,
  now: number,
): void {
  if (isUnrestricted) return;
  const { secondFactor } = principal;
  if (principal.kind === 'user' && secondFactor !== undefined && now - secondFactor <= MINUTES * 60_000) return;
  const text = `This needs a second factor that was given in the last ${MINUTES} minutes; sign in again with it.`;
  throw fault('access.secondFactor', 403, 'login', text, undefined, {
    headers: {
      'WWW-Authenticate': `Bearer error="insufficient_user_authentication", acr_values="mfa", max_age="${MINUTES * 60}"`,
    },
  });
}
