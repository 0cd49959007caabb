import { randomUUID, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { isObject, parseJson } from '../../server/kernel/json.ts';
import { Unreachable, type HttpAnswer, type HttpCaller } from './http-call.ts';

/** A system that proves itself by its key: https://hl7.org/fhir/smart-app-launch/backend-services.html */
export interface BackendIdentity {
  readonly client: string;
  /** Of a P-384 key. */
  readonly key: KeyObject;
  /** `kid` of the key, as the client is registered with it. */
  readonly keyId: string;
  /** `system/*.cruds` */
  readonly scope: string;
}

/** Tokens of one identity. */
export interface SignIn {
  /** The token that holds now. @throws Unreachable, SignInRefused */
  token(): Promise<string>;
  /** Not this one any more: the server refused it. */
  forget(token: string): void;
}

/** The server does not know the identity, or gives it nothing. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

interface Token {
  readonly text: string;
  /** Milliseconds of the epoch until which it is used. */
  readonly until: number;
}

/** A token is renewed so long before it ends, ms. */
const EARLY = 30_000;
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** @param base of the FHIR server, which says where tokens are given */
export function openSignIn(base: string, identity: BackendIdentity, http: HttpCaller, now: () => number): SignIn {
  let held: Token | undefined;
  let asking: Promise<Token> | undefined;
  let endpoint: string | undefined;
  async function ask(): Promise<Token> {
    endpoint ??= await tokenEndpoint(base, http);
    return fetchToken(endpoint, identity, http, now);
  }
  return {
    async token() {
      if (held !== undefined && held.until > now()) return held.text;
      asking ??= ask().finally(() => (asking = undefined));
      held = await asking;
      return held.text;
    },
    forget(token) {
      if (held?.text === token) held = undefined;
    },
  };
}

async function tokenEndpoint(base: string, http: HttpCaller): Promise<string> {
  const url = new URL(`${base}/.well-known/smart-configuration`);
  const answer = await http.call({ url, method: 'GET', headers: { accept: 'application/json' } });
  const { token_endpoint: endpoint } = fieldsOf(answer);
  if (typeof endpoint !== 'string') throw new SignInRefused('the FHIR server does not say where it gives tokens');
  return endpoint;
}

async function fetchToken(
  endpoint: string,
  { client, key, keyId, scope }: BackendIdentity,
  http: HttpCaller,
  now: () => number,
): Promise<Token> {
  const seconds = Math.floor(now() / 1000);
  const assertion = await new SignJWT({ iss: client, sub: client, aud: endpoint, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES384', typ: 'JWT', kid: keyId })
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 240)
    .sign(key);
  const answer = await http.call({
    url: new URL(endpoint),
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: ASSERTION,
      client_assertion: assertion,
    }).toString(),
  });
  const { access_token: text, expires_in: lifetime, error } = fieldsOf(answer);
  if (typeof text !== 'string') {
    throw new SignInRefused(`no token: ${typeof error === 'string' ? error : String(answer.status)}`);
  }
  const life = typeof lifetime === 'number' ? lifetime * 1000 : 2 * EARLY;
  return { text, until: now() + Math.max(life - EARLY, life / 2) };
}

function fieldsOf({ status, text }: HttpAnswer): Readonly<Record<string, unknown>> {
  if (status >= 500 || status === 429) throw new Unreachable(`the FHIR server answered ${status}`, status);
  const body = text.startsWith('{') ? parseJson(text) : {};
  return isObject(body) ? body : {};
}
