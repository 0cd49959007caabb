import type { Principal } from '../../access/principal.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Db } from '../../storage/db.ts';
import type { SignIn } from '../account.ts';
import { secretHash } from './secret.ts';

export interface TokenOptions {
  readonly db: Db;
  readonly signIn: Pick<SignIn, 'accountById'>;
  readonly now: () => number;
}

/** An access token that is in force. */
export interface AccessToken {
  readonly principal: Principal;
  /** Milliseconds. */
  readonly issued: number;
  readonly expires: number;
  /** Members of the token answer. */
  readonly context: JsonObject;
}

interface Row {
  readonly payload: string;
  readonly expires: number;
  readonly client: string;
  readonly roles: readonly string[];
  readonly tenants: readonly number[] | null;
  readonly account: string | null;
  readonly tenant: number | null;
  readonly fhir_user: string | null;
  readonly context: JsonObject | null;
  readonly signed_in: number | null;
  readonly second_factor: number | null;
  readonly created: number | null;
}

/** What of a token's record matters here. */
interface Payload {
  readonly kind: 'AccessToken' | 'ClientCredentials';
  readonly clientId: string;
  readonly scope?: string;
  /** Seconds. */
  readonly iat: number;
}

/**
 * Who an access token stands for, as things are now: its client still exists, its grant was not taken back, its account is
 * active, was not reset since, and still belongs to the tenant. Undefined otherwise.
 */
export async function findAccessToken(options: TokenOptions, token: string): Promise<AccessToken | undefined> {
  const hash = secretHash(token);
  const [row] = await options.db.query<Row>({
    name: 'access_token',
    text: `select r.payload, r.expires, c.id as client, c.roles, c.tenants,
             g.account, g.tenant, g.fhir_user, g.context, g.signed_in, g.second_factor, g.created
           from oauth_record r
           join oauth_client c on c.id = r.payload::jsonb ->> 'clientId'
           left join oauth_grant g on g.id = r.grant_id
           where r.kind in ('AccessToken', 'ClientCredentials') and r.id = $1 and r.expires > $2`,
    values: [hash, options.now()],
  });
  if (row === undefined) return undefined;
  const payload = JSON.parse(row.payload) as Payload;
  const shared = {
    client: row.client,
    scopes: (payload.scope ?? '').split(' ').filter((scope) => scope !== ''),
    purposes: [],
    tokenHash: hash.toString('hex'),
  };
  const principal = payload.kind === 'ClientCredentials' ? systemOf(row, shared) : await userOf(options, row, shared);
  if (principal === undefined) return undefined;
  return { principal, issued: payload.iat * 1000, expires: row.expires, context: row.context ?? {} };
}

type Shared = Pick<Principal, 'client' | 'scopes' | 'purposes' | 'tokenHash'>;

function systemOf({ tenants, roles }: Row, shared: Shared): Principal | undefined {
  const [tenant] = tenants ?? [];
  return tenant === undefined ? undefined : { ...shared, kind: 'client', tenant, roles };
}

async function userOf({ signIn }: TokenOptions, row: Row, shared: Shared): Promise<Principal | undefined> {
  const { account, tenant, fhir_user: fhirUser, context, signed_in: signedIn, second_factor: secondFactor } = row;
  if (account === null || tenant === null || fhirUser === null || signedIn === null) return undefined;
  if (row.tenants !== null && !row.tenants.includes(tenant)) return undefined;
  const person = await signIn.accountById(account);
  if (person === undefined || (row.created ?? 0) < person.validSince) return undefined;
  const membership = person.memberships.find((one) => one.tenant === tenant && one.fhirUser === fhirUser);
  if (membership === undefined) return undefined;
  return {
    ...shared,
    kind: 'user',
    tenant,
    account,
    fhirUser,
    roles: membership.roles,
    ...(typeof context?.patient === 'string' ? { patient: context.patient } : {}),
    signedIn,
    ...(secondFactor === null ? {} : { secondFactor }),
  };
}
