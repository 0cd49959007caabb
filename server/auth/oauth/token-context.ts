import type { AccessToken, ClientCredentials, KoaContextWithOIDC, UnknownObject } from 'oidc-provider';
import type { Queryable } from '../../storage/db.ts';
import { readGrant } from './grants.ts';
import { routeOf } from './route-of.ts';

/** What introspection tells of a token besides: its launch context and user. */
export async function tokenContext(
  db: Queryable,
  token: AccessToken | ClientCredentials,
): Promise<UnknownObject | undefined> {
  if (!('grantId' in token)) return undefined;
  const grant = await readGrant(db, token.grantId);
  return grant === undefined ? undefined : { ...grant.context };
}

/**
 * The launch context stands in the token answer beside the token.
 * https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#launch-context-arrives-with-your-access_token
 */
export async function addTokenContext(ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> {
  await next();
  const token = routeOf(ctx) === 'token' && ctx.status === 200 ? ctx.oidc.entities.AccessToken : undefined;
  if (token?.extra === undefined) return;
  const { fhirUser: _toldByIdToken, ...context } = token.extra;
  ctx.body = { ...context, ...(ctx.body as object) };
}
