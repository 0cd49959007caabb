import type { ModuleContext } from '#sdk';
import { faults } from '../faults.ts';

const ROLES: readonly string[] = ['pharmacist', 'nurse'];

/**
 * Who acts at a vault: a pharmacist or nurse who has just given their second factor.
 * @returns their reference, `Practitioner/1`
 * @throws Fault 403 for everybody and everything else, the server's own work too
 */
export function requirePerson({ actor, requireSecondFactor }: ModuleContext): string {
  const { kind, reference, roles } = actor;
  const isAllowed = kind === 'user' && roles.some((role) => ROLES.includes(role));
  if (!isAllowed || reference?.startsWith('Practitioner/') !== true) throw faults.vaultNeedsPerson();
  requireSecondFactor();
  return reference;
}
