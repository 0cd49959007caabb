import type { Account, FindAccount } from 'oidc-provider';
import type { Account as Person } from '../account.ts';
import { readGrant, type OAuthGrant } from './grants.ts';
import type { Addresses, OAuthOptions } from './options.ts';

/**
 * The person behind a code or token, while they may still use it: the account is active, was not reset since, still belongs
 * to the tenant, and for `online_access` the browser's session lives.
 */
export function accountFinder({ db, signIn }: OAuthOptions, { fhirBase }: Addresses): FindAccount {
  return async (_ctx, id, token): Promise<Account | undefined> => {
    const person = await signIn.accountById(id);
    if (person === undefined) return undefined;
    const grantId = token === undefined || !('grantId' in token) ? undefined : token.grantId;
    if (grantId === undefined) return { accountId: id, claims: () => Promise.resolve({ sub: id }) };
    const grant = await readGrant(db, grantId);
    if (grant === undefined || !belongs(person, grant)) return undefined;
    const isRefresh = token?.kind === 'RefreshToken';
    if (isRefresh && grant.session !== undefined && !(await signIn.isLive(grant.session))) return undefined;
    const fhirUser = `${fhirBase}/${grant.fhirUser}`;
    return { accountId: id, claims: () => Promise.resolve({ sub: id, fhirUser, profile: fhirUser }) };
  };
}

function belongs({ memberships, validSince }: Person, { tenant, fhirUser, created }: OAuthGrant): boolean {
  if (created < validSince) return false;
  return memberships.some((membership) => membership.tenant === tenant && membership.fhirUser === fhirUser);
}
