import type { JsonObject } from '../../../kernel/json.ts';
import type { Queryable } from '../../../storage/db.ts';

/** A process of this product that signs in like any other system: with a key, for itself. */
export interface OwnSystem {
  /** Its client id. */
  readonly name: string;
  readonly title: string;
  readonly roles: readonly string[];
  /** Of its key, as a JWK. */
  readonly publicKey: JsonObject;
}

const SCOPES = 'system/*.cruds';

/** Makes the product's own systems clients of tenant 1, under their names. Again at each start: their keys may have changed. */
export async function registerOwnSystems(db: Queryable, systems: readonly OwnSystem[]): Promise<void> {
  for (const { name, title, roles, publicKey } of systems) {
    const jwks = { keys: [publicKey] };
    const metadata = { name: title, auth: 'private_key_jwt', redirectUris: [], mayRefresh: false, jwks };
    await db.query({
      text: `insert into oauth_client (id, metadata, secret, scopes, tenants, roles, cors_origins)
             values ($1, $2, null, $3, '{1}', $4, '{}')
             on conflict (id) do update set metadata = excluded.metadata, scopes = excluded.scopes, roles = excluded.roles`,
      values: [name, JSON.stringify(metadata), SCOPES, roles],
    });
  }
}
