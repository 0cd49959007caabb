import { createHash } from 'node:crypto';
import type { Principal } from '../../access/principal.ts';

/** Who may ask for a work: the same account by the same client with the same rights, and nobody else. */
export function ownerOf({ kind, account, client, fhirUser, patient, scopes }: Principal): string {
  const text = JSON.stringify([
    kind,
    account,
    client,
    fhirUser,
    patient,
    scopes === undefined ? null : [...scopes].sort(),
  ]);
  return createHash('sha256').update(text).digest('base64url');
}

/** The principal as it is kept: without what names the token, and without what is open only now. */
export function keptPrincipal({ tokenHash: _token, breakGlass: _glass, ...principal }: Principal): Principal {
  return principal;
}
