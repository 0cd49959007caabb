import type { Session } from '../../server/auth/account.ts';
import { fieldValues, tickedValues, type Browser, type Place } from './oauth-browser.ts';
import { challengeOf, REDIRECT, VERIFIER, type Answer, type OAuthServer } from './oauth-server.ts';

type Parameters = Readonly<Record<string, string | undefined>>;

/** URL of an authorization request that is right but for `changes`; undefined leaves a parameter out. */
export function authorizeUrl(server: OAuthServer, client: string, changes: Parameters = {}): string {
  return `${server.issuer}/authorize?${authorizeQuery(server, client, changes).toString()}`;
}

export function authorizeQuery(server: OAuthServer, client: string, changes: Parameters = {}): URLSearchParams {
  const parameters: Parameters = {
    response_type: 'code',
    client_id: client,
    redirect_uri: REDIRECT,
    scope: 'openid fhirUser launch/patient patient/*.rs offline_access',
    state: 'state-1',
    aud: server.fhirBase,
    code_challenge: challengeOf(VERIFIER),
    code_challenge_method: 'S256',
    ...changes,
  };
  return new URLSearchParams(
    Object.entries(parameters).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}

/** What an app learns when the browser comes back to it. */
export function returned(place: Place): Readonly<Record<string, string>> {
  const { searchParams, hash } = new URL(place.url);
  return Object.fromEntries([...searchParams, ...new URLSearchParams(hash.slice(1))]);
}

/** Chooses a patient and agrees to all that is ticked, or to the scopes given. */
export async function agree(browser: Browser, start: Place, scopes?: readonly string[]): Promise<Place> {
  let place = start;
  for (let pages = 0; pages < 5 && place.status === 200; pages += 1) {
    const [csrf = ''] = fieldValues(place.text, 'csrf');
    const [patient] = fieldValues(place.text, 'patient');
    const [encounter] = fieldValues(place.text, 'encounter');
    const choice: (readonly [string, string])[] =
      patient !== undefined
        ? [['patient', patient]]
        : encounter !== undefined
          ? [['encounter', encounter]]
          : [
              ['decision', 'allow'],
              ...(scopes ?? tickedValues(place.text, 'scope')).map((scope) => ['scope', scope] as const),
            ];
    place = await browser.submit(place.url, [['csrf', csrf], ...choice]);
  }
  return place;
}

interface LaunchBy {
  readonly login?: string;
  /** What is ticked; default: what the page ticks. */
  readonly scopes?: readonly string[];
  readonly session?: Partial<Session>;
}

/** The whole way to tokens of a public client. */
export async function launchApp(
  server: OAuthServer,
  client: string,
  changes: Parameters = {},
  { login = 'physician', scopes, session = {} }: LaunchBy = {},
): Promise<Answer> {
  const browser = server.browserOf(login, session);
  const place = await agree(browser, await browser.open(authorizeUrl(server, client, changes)), scopes);
  const { code, ...rest } = returned(place);
  if (code === undefined) throw new Error(`no code: ${JSON.stringify(rest)} ${place.text.slice(0, 500)}`);
  return await exchange(server, client, code);
}

export function exchange(server: OAuthServer, client: string, code: string, changes: Parameters = {}): Promise<Answer> {
  const parameters: Parameters = {
    grant_type: 'authorization_code',
    client_id: client,
    code,
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
    ...changes,
  };
  return server.token(defined(parameters));
}

export function refresh(
  server: OAuthServer,
  client: string,
  token: unknown,
  changes: Parameters = {},
): Promise<Answer> {
  return server.token(
    defined({ grant_type: 'refresh_token', client_id: client, refresh_token: String(token), ...changes }),
  );
}

function defined(parameters: Parameters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
