import type { Principal } from '../access/principal.ts';
import type { Db } from '../storage/db.ts';
import type { SignIn } from './account.ts';
import { keyById } from './api-keys/stored-key.ts';
import { readClient } from './oauth/clients/client-store.ts';
import { isGranted } from './oauth/grants.ts';

export interface PrincipalNowOptions {
  /** Over all tenants. */
  readonly db: Db;
  readonly signIn: Pick<SignIn, 'accountById'>;
  now(): number;
}

const API_KEY = 'api-key:';

/**
 * Somebody who acted earlier, as they are now: for work that goes on without them. Roles are those of now; scopes and the
 * patient in context stay as they were granted. Undefined: the account, client or key is gone, disabled, does not belong to
 * the tenant any more, or what was granted was taken back: from the app, or until `since` from everything.
 */
export function createPrincipalNow({ db, signIn, now }: PrincipalNowOptions): (
  principal: Principal,
  /** When they began the work, ms. */
  since: number,
) => Promise<Principal | undefined> {
  async function keyNow(principal: Principal, id: string): Promise<Principal | undefined> {
    const key = await keyById(db, principal.tenant, id);
    if (key === undefined || key.revoked !== undefined || key.expires <= now()) return undefined;
    const { scopes: _before, ...rest } = principal;
    return { ...rest, roles: key.roles, ...(key.scopes === undefined ? {} : { scopes: key.scopes }) };
  }

  async function userNow(
    principal: Principal,
    account: string,
    client: string,
    since: number,
  ): Promise<Principal | undefined> {
    const person = await signIn.accountById(account);
    if (person === undefined || since < person.validSince) return undefined;
    if (!(await isGranted(db, { account, tenant: principal.tenant, client }))) return undefined;
    const membership = person.memberships.find(
      ({ tenant, fhirUser }) => tenant === principal.tenant && fhirUser === principal.fhirUser,
    );
    return membership && { ...principal, roles: membership.roles };
  }

  return async (principal, since) => {
    const { kind, client, account, tenant } = principal;
    if (client?.startsWith(API_KEY) === true) return keyNow(principal, client.slice(API_KEY.length));
    if (client === undefined) return undefined;
    const known = (await readClient(db, client))?.client;
    if (known === undefined || (known.tenants !== undefined && !known.tenants.includes(tenant))) return undefined;
    if (kind === 'user' && account !== undefined) return userNow(principal, account, client, since);
    return kind === 'client' ? { ...principal, roles: known.roles } : undefined;
  };
}
