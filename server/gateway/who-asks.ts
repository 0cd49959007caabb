import type { Ctx } from '../fhir/engine.ts';
import { fault } from '../kernel/fault.ts';

/** Who asks, for the gateway's own record of what was done with a message. */
export function agentOf({ access }: Ctx): string {
  const { kind, fhirUser, account, client } = access.principal;
  return fhirUser ?? (account === undefined ? (client ?? `${kind} without sign-in`) : `account ${account}`);
}

/**
 * A person, by whom they are rather than by which of their accounts they use: who agrees to a corrected text is somebody else
 * than who wrote it.
 * @throws Fault 403 for systems, and for everybody while sign-in is off
 */
export function personOf(ctx: Ctx): string {
  const { kind, fhirUser, account } = ctx.access.principal;
  if (kind === 'user' && (fhirUser !== undefined || account !== undefined)) return agentOf(ctx);
  throw fault('hl7.person', 403, 'forbidden', 'Only a person who is signed in can correct a message, or agree to it.');
}
