import type { Queryable } from '../../../storage/db.ts';

/** A web application of this product, below `/NAME/`. */
export interface OwnApp {
  readonly name: string;
  readonly title: string;
  /** Under which browsers reach it. Default: the server itself hands it out. */
  readonly origin?: string;
  /** What it may ask for. Default: all that its user may do. */
  readonly scopes?: string;
}

/** An app for the staff does what its user may do; its access ends with the session of the browser. */
const SCOPES = 'openid fhirUser online_access user/*.cruds';

/**
 * Makes the server's own applications public clients, under their names: the ids of others are random. Again at each
 * start, since the address of the server may have changed; what they were granted stays.
 * @param origin under which browsers reach the server
 */
export async function registerOwnApps(db: Queryable, origin: string, apps: readonly OwnApp[]): Promise<void> {
  for (const { name, title, origin: own = origin, scopes = SCOPES } of apps) {
    const metadata = { name: title, auth: 'none', redirectUris: [`${own}/${name}/`], mayRefresh: true };
    await db.query({
      text: `insert into oauth_client (id, metadata, secret, scopes, tenants, roles, cors_origins)
             values ($1, $2, null, $3, null, '{}', '{}')
             on conflict (id) do update set metadata = excluded.metadata, scopes = excluded.scopes`,
      values: [name, JSON.stringify(metadata), scopes],
    });
  }
}
