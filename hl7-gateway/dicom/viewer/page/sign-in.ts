import type { SignInSettings } from './settings.ts';

/** What has to outlive the way to the sign-in pages and back; no token is ever stored. */
interface Pending {
  readonly state: string;
  readonly verifier: string;
  /** The query to come back to. */
  readonly query: string;
}

const KEY = 'athanor-viewer-sign-in';
const CLIENT_ID = 'viewer';
const SCOPE = 'openid fhirUser user/ImagingStudy.rs';
const redirectUri = (): string => location.origin + location.pathname;

/** Leaves the page for the server's sign-in; whoever is signed in there comes back at once. https://hl7.org/fhir/smart-app-launch/app-launch.html */
export async function leaveForSignIn({ authorization, fhirBase }: SignInSettings): Promise<void> {
  const pending: Pending = { state: randomText(), verifier: randomText(), query: location.search };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: redirectUri(),
    scope: SCOPE,
    aud: fhirBase,
    state: pending.state,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: 'S256',
  });
  location.assign(`${authorization}?${query.toString()}`);
}

/**
 * The token of a sign-in that the browser comes back from; undefined when it comes from elsewhere. The address is what it was before.
 * @throws Error in words for the reader, when it was refused, or was not begun here
 */
export async function returnFromSignIn(settings: SignInSettings): Promise<string | undefined> {
  const query = new URLSearchParams(location.search);
  const code = query.get('code');
  const error = query.get('error');
  if (code === null && error === null) return undefined;
  const pending = takePending();
  history.replaceState(null, '', location.pathname + (pending?.query ?? ''));
  if (pending === undefined || query.get('state') !== pending.state || query.get('iss') !== settings.issuer) {
    throw new Error('This is not the answer to a sign-in that began here.');
  }
  if (code === null) throw new Error(error === 'access_denied' ? 'Access was refused.' : 'Signing in failed.');
  const answer = await fetch(settings.token, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code,
      redirect_uri: redirectUri(),
      code_verifier: pending.verifier,
    }),
  });
  const { access_token: token } = (await answer.json()) as { readonly access_token?: string };
  if (token === undefined) throw new Error('Signing in failed.');
  return token;
}

/** It serves once. */
function takePending(): Pending | undefined {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text === null ? undefined : (JSON.parse(text) as Pending);
}

/** 256 random bits: a verifier, or a state. https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
