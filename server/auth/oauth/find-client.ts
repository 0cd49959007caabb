import { errors, Provider, type AdapterPayload, type Client as FoundClient } from 'oidc-provider';
import { decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import type { JsonObject } from '../../kernel/json.ts';
import type { Db } from '../../storage/db.ts';
import { grantTypesOf } from './clients/client-metadata.ts';
import { isSystem, type Client } from './clients/client.ts';
import { readClient } from './clients/client-store.ts';
import type { ClientKeys } from './client-keys.ts';

/** What our clients have beyond the metadata that the library knows. */
export const CLIENT_EXTRAS = ['athanor'] as const;

/**
 * A client as the library reads it. Of a client that proves itself by a signature only the one key that the signature
 * names is handed over, fetched where it has to be; the library would keep keys for a minute whatever the client says.
 */
export async function findClient(db: Db, keys: ClientKeys, id: string): Promise<AdapterPayload | undefined> {
  const stored = await readClient(db, id);
  if (stored === undefined) return undefined;
  const { client, secretHash } = stored;
  return {
    client_id: client.id,
    client_name: client.name,
    token_endpoint_auth_method: client.auth,
    redirect_uris: [...client.redirectUris],
    response_types: isSystem(client) ? [] : ['code'],
    grant_types: grantTypesOf(client),
    // Only its hash is known; `compareClientSecret` of provider.ts hashes what was sent.
    ...(secretHash === undefined ? {} : { client_secret: secretHash.toString('hex') }),
    ...(client.logoUri === undefined ? {} : { logo_uri: client.logoUri }),
    ...(client.auth === 'private_key_jwt' ? { jwks: { keys: await assertionKeys(client, keys) } } : {}),
    athanor: client,
  } as AdapterPayload;
}

/** Our own record of a client that the library found. */
export function clientOf(found: FoundClient): Client {
  return found.athanor as Client;
}

/** The key that the client assertion of the request at hand names; none when the request has no assertion. */
async function assertionKeys(client: Client, keys: ClientKeys): Promise<JsonObject[]> {
  const assertion = Provider.ctx?.oidc.params?.client_assertion;
  if (typeof assertion !== 'string') return [];
  const { kid, jku } = headerOf(assertion);
  if (typeof kid !== 'string') throw refused('the header of the client assertion must have a kid');
  if (jku !== undefined && jku !== client.jwksUri) throw refused('jku must be the registered jwks_uri');
  const all = client.jwksUri === undefined ? (client.jwks?.keys ?? []) : await published(client.jwksUri, keys);
  const [key, ...others] = all.filter((candidate) => candidate.kid === kid);
  if (key === undefined || others.length > 0) throw refused('kid must name exactly one of the registered keys');
  return [key];
}

async function published(url: string, keys: ClientKeys): Promise<readonly JsonObject[]> {
  try {
    return await keys.of(url);
  } catch (cause) {
    throw refused('the keys at the registered jwks_uri cannot be used', cause);
  }
}

function headerOf(assertion: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(assertion);
  } catch (cause) {
    throw refused('the client assertion must be a signed JWT', cause);
  }
}

function refused(detail: string, cause?: unknown): Error {
  return new errors.InvalidClientAuth({ detail, ...(cause === undefined ? {} : { cause }) });
}
