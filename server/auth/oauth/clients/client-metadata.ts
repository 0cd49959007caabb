import { fault } from '../../../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { NewClient } from './check-client.ts';
import { CLIENT_AUTH, isSystem, type Client, type ClientAuth } from './client.ts';

/**
 * Client metadata as clients register with it. https://www.rfc-editor.org/rfc/rfc7591#section-2
 * Members that this server has no use for are left out, as the RFC allows.
 * @throws Fault `client.invalid` 400 for members of another form
 */
export function readMetadata(body: JsonObject): NewClient {
  const redirectUris = texts(body, 'redirect_uris');
  const grantTypes = texts(body, 'grant_types');
  const launchUrl = text(body, 'initiate_login_uri');
  const logoUri = text(body, 'logo_uri');
  const jwksUri = text(body, 'jwks_uri');
  const jwks = keySet(body.jwks);
  const tenants = numbers(body, 'tenants');
  const scopes = (text(body, 'scope') ?? '').split(' ').filter((scope) => scope !== '');
  return {
    name: text(body, 'client_name') ?? '',
    auth: authOf(text(body, 'token_endpoint_auth_method')),
    redirectUris,
    scopes,
    mayRefresh:
      redirectUris.length > 0 && (grantTypes.length === 0 ? asksToStay(scopes) : grantTypes.includes('refresh_token')),
    ...(launchUrl === undefined ? {} : { launchUrl }),
    ...(logoUri === undefined ? {} : { logoUri }),
    ...(jwksUri === undefined ? {} : { jwksUri }),
    ...(jwks === undefined ? {} : { jwks }),
    ...(tenants === undefined ? {} : { tenants }),
    roles: texts(body, 'roles'),
    corsOrigins: texts(body, 'cors_origins'),
  };
}

function asksToStay(scopes: readonly string[]): boolean {
  return scopes.includes('offline_access') || scopes.includes('online_access');
}

/** The same, told to the one who registered. */
export function metadataOf(client: Client): JsonObject {
  const { id, name, auth, redirectUris, scopes, launchUrl, logoUri, jwksUri, jwks, tenants } = client;
  return {
    client_id: id,
    client_name: name,
    token_endpoint_auth_method: auth,
    redirect_uris: [...redirectUris],
    grant_types: grantTypesOf(client),
    response_types: isSystem(client) ? [] : ['code'],
    scope: scopes.join(' '),
    ...(launchUrl === undefined ? {} : { initiate_login_uri: launchUrl }),
    ...(logoUri === undefined ? {} : { logo_uri: logoUri }),
    ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
    ...(jwks === undefined ? {} : { jwks: { keys: [...jwks.keys] } }),
    ...(tenants === undefined ? {} : { tenants: [...tenants] }),
    ...(client.roles.length === 0 ? {} : { roles: [...client.roles] }),
    ...(client.corsOrigins.length === 0 ? {} : { cors_origins: [...client.corsOrigins] }),
  };
}

export function grantTypesOf(client: Client): string[] {
  if (isSystem(client)) return ['client_credentials'];
  return client.mayRefresh ? ['authorization_code', 'refresh_token'] : ['authorization_code'];
}

function authOf(value: string | undefined): ClientAuth {
  const auth = CLIENT_AUTH.find((known) => known === (value ?? 'client_secret_basic'));
  if (auth === undefined) throw invalid('token_endpoint_auth_method', `is one of ${CLIENT_AUTH.join(', ')}`);
  return auth;
}

function text(body: JsonObject, member: string): string | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(member, 'is a string');
  return value;
}

function texts(body: JsonObject, member: string): readonly string[] {
  const value = body[member] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw invalid(member, 'is a list of strings');
  }
  return [...value];
}

function numbers(body: JsonObject, member: string): readonly number[] | undefined {
  const value = body[member];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => Number.isInteger(item) && Number(item) > 0)) {
    throw invalid(member, 'is a list of numbers of tenants');
  }
  return value.map(Number);
}

function keySet(value: JsonValue | undefined): { readonly keys: readonly JsonObject[] } | undefined {
  if (value === undefined || value === null) return undefined;
  const keys = isObject(value) ? value.keys : undefined;
  if (!Array.isArray(keys) || !keys.every(isObject)) throw invalid('jwks', 'is an object with a list of keys');
  return { keys: [...keys] };
}

function invalid(member: string, rule: string): Error {
  return fault('client.invalid', 400, 'value', `${member} ${rule}.`, member);
}
