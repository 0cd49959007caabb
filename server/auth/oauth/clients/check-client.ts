import { fault } from '../../../kernel/fault.ts';
import { isObject, type JsonObject } from '../../../kernel/json.ts';
import { INTROSPECT_SCOPE, PLAIN_SCOPES } from '../../smart/grantable.ts';
import { scopeParts } from '../../smart/scope-parts.ts';
import { isSystem, type Client } from './client.ts';

export type NewClient = Omit<Client, 'id'>;

export interface ClientRules {
  /** Whether a clinical scope names a type and parameters that exist. */
  isScope(scope: string): boolean;
}

const MAX_NAME = 200;
const MAX_URIS = 50;
const MAX_KEYS = 20;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const PRIVATE_PARTS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * What a client is registered with, checked as a whole.
 * @throws Fault `client.invalid` 400 that names the member and what it takes
 */
export function checkClient(client: NewClient, { isScope }: ClientRules): void {
  if (client.name.trim() === '' || client.name.length > MAX_NAME) {
    throw invalid('name', `has 1 to ${MAX_NAME} characters`);
  }
  if (client.redirectUris.length > MAX_URIS) throw invalid('redirect_uris', `has at most ${MAX_URIS} URIs`);
  client.redirectUris.forEach((uri) => checkRedirect(uri));
  for (const [member, uri] of [
    ['initiate_login_uri', client.launchUrl],
    ['logo_uri', client.logoUri],
  ] as const) {
    if (uri !== undefined && !isSafeUrl(uri)) throw invalid(member, URL_RULE);
  }
  for (const origin of client.corsOrigins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw invalid('cors_origins', 'holds origins such as https://app.example.org, without a path');
    }
  }
  checkScopes(client, isScope);
  checkKeys(client);
  if (isSystem(client)) checkSystem(client);
  else if (client.roles.length > 0)
    throw invalid('roles', 'is for clients without redirect URIs: users have their own');
}

const URL_RULE = 'is an https URL, or an http URL of this machine (localhost), without user and fragment';

function checkRedirect(uri: string): void {
  if (!isSafeUrl(uri)) throw invalid('redirect_uris', `${URL_RULE}; it is compared to the letter`);
}

function isSafeUrl(text: string): boolean {
  if (text.length > 2000 || !URL.canParse(text) || text.includes('#')) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

function checkScopes(client: NewClient, isScope: (scope: string) => boolean): void {
  const plain = new Set<string>([...PLAIN_SCOPES, INTROSPECT_SCOPE]);
  for (const scope of client.scopes) {
    const context = scopeParts(scope)?.context;
    const isKnown = context === undefined ? plain.has(scope) : isScope(scope);
    if (!isKnown) throw invalid('scope', `holds SMART scopes; "${scope.slice(0, 80)}" is none that this server knows`);
    if (context !== undefined && (context === 'system') !== isSystem(client)) {
      throw invalid(
        'scope',
        'holds system/ scopes for clients without redirect URIs, patient/ and user/ for the others',
      );
    }
  }
}

function checkKeys({ auth, jwks, jwksUri }: NewClient): void {
  if (auth !== 'private_key_jwt') {
    if (jwks ?? jwksUri) throw invalid('jwks', 'goes with token_endpoint_auth_method private_key_jwt');
    return;
  }
  if ((jwks === undefined) === (jwksUri === undefined)) {
    throw invalid('jwks', 'or jwks_uri is needed with private_key_jwt, one of the two');
  }
  if (jwksUri !== undefined && !isSafeUrl(jwksUri)) throw invalid('jwks_uri', URL_RULE);
  if (jwks !== undefined) checkKeySet(jwks.keys);
}

/** @throws Fault `client.invalid` for keys that are no public keys, or that are not told apart by their `kid` */
export function checkKeySet(keys: readonly JsonObject[]): void {
  const rule = `holds 1 to ${MAX_KEYS} public RSA or EC keys, each with a kid of its own`;
  if (keys.length === 0 || keys.length > MAX_KEYS) throw invalid('jwks', rule);
  const kids = keys.map(({ kid }) => kid);
  const isGood = keys.every(
    (key) =>
      isObject(key) &&
      (key.kty === 'RSA' || key.kty === 'EC') &&
      PRIVATE_PARTS.every((part) => key[part] === undefined),
  );
  if (!isGood || kids.some((kid) => typeof kid !== 'string' || kid === '') || new Set(kids).size !== kids.length) {
    throw invalid('jwks', rule);
  }
}

function checkSystem({ auth, tenants, scopes }: NewClient): void {
  if (auth === 'none') {
    throw invalid('token_endpoint_auth_method', 'must not be none for a client without redirect URIs');
  }
  if (tenants?.length !== 1)
    throw invalid('tenants', 'names the one tenant that a client without redirect URIs works in');
  if (scopes.length === 0) throw invalid('scope', 'names what a client without redirect URIs may do: system/ scopes');
}

function invalid(member: string, rule: string): Error {
  return fault('client.invalid', 400, 'value', `${member} ${rule}.`, member);
}
