import { CLIENT_ID, FHIR_BASE, REDIRECT_URI, SCOPE } from './client.ts';
import type { Endpoints } from './endpoints.ts';
import { challengeOf, randomText } from './pkce.ts';
import { askForTokens, type Tokens } from './tokens.ts';

/** What has to outlive the way to the sign-in pages and back; no token is ever stored. */
interface Pending {
  readonly state: string;
  readonly verifier: string;
  /** Path and query to come back to. */
  readonly page: string;
}

export interface Proof {
  /** Who sits there signs in anew, whoever is signed in. */
  readonly again?: boolean;
  /** A second factor that was given at most so many seconds ago. */
  readonly secondFactor?: number;
}

const KEY = 'athanor-sign-in';

/** Leaves the page for the server's sign-in. https://hl7.org/fhir/smart-app-launch/app-launch.html */
export async function leaveForSignIn({ authorization }: Endpoints, proof: Proof, page: string): Promise<void> {
  const pending: Pending = { state: randomText(), verifier: randomText(), page };
  sessionStorage.setItem(KEY, JSON.stringify(pending));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: REDIRECT_URI,
    scope: SCOPE,
    aud: FHIR_BASE,
    state: pending.state,
    code_challenge: await challengeOf(pending.verifier),
    code_challenge_method: 'S256',
    ...(proof.again === true ? { prompt: 'login' } : {}),
    ...(proof.secondFactor === undefined ? {} : { acr_values: 'mfa', max_age: String(proof.secondFactor) }),
  });
  location.assign(`${authorization}?${query.toString()}`);
}

export interface Return {
  readonly tokens: Tokens;
  readonly page: string;
}

/**
 * What the browser came back with; undefined when it did not come from there. The address keeps nothing of it.
 * @throws Error when the sign-in was refused, or is not the one that was begun here
 */
export async function returnFromSignIn(endpoints: Endpoints): Promise<Return | undefined> {
  const query = new URLSearchParams(location.search);
  const code = query.get('code');
  const error = query.get('error');
  if (code === null && error === null) return undefined;
  const pending = takePending();
  history.replaceState(null, '', pending?.page ?? import.meta.env.BASE_URL);
  if (pending === undefined || query.get('state') !== pending.state || query.get('iss') !== endpoints.issuer) {
    throw new Error('This is not the answer to a sign-in that began here. Please sign in again.');
  }
  if (code === null) {
    throw new Error(
      error === 'access_denied' ? 'The console was refused access.' : `Signing in failed: ${error ?? ''}.`,
    );
  }
  const { verifier, page } = pending;
  const tokens = await askForTokens(endpoints, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: verifier,
  });
  return { tokens, page };
}

/** It serves once. */
function takePending(): Pending | undefined {
  const text = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  return text === null ? undefined : (JSON.parse(text) as Pending);
}
