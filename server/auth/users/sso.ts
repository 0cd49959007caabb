import * as oidc from 'openid-client';
import { fault } from '../../kernel/fault.ts';
import { outboundFetch } from '../../kernel/outbound-fetch.ts';
import { consumeToken, issueToken } from './one-time-token.ts';
import { isThisMachine, type SsoProvider } from './sso-providers.ts';
import type { UserContext } from './user-context.ts';

/** Seconds for each request to a provider. */
const TIMEOUT = 5;
/** Milliseconds that a provider's discovery document is believed. */
const DISCOVERY_AGE = 3_600_000;

/** What somebody goes to a provider for. */
export interface SsoPurpose {
  /** What tells the browser from others: the answer is taken from the same one only. */
  readonly browser: string;
  readonly returnTo: string;
  /** Account that the identity shall belong to from now on; undefined: to sign in. */
  readonly link: string | undefined;
}

export interface SsoAnswer extends Omit<SsoPurpose, 'browser'> {
  readonly issuer: string;
  readonly subject: string;
  /** Whether a second factor was used there, as far as the provider may vouch for that. */
  readonly hasSecondFactor: boolean;
}

/** Sign-in by OpenID Connect: code flow with PKCE, state and nonce. https://openid.net/specs/openid-connect-core-1_0.html */
export interface Sso {
  /** Where the browser goes. @throws Fault 502 when the provider does not answer */
  start(provider: SsoProvider, callback: string, purpose: SsoPurpose): Promise<URL>;
  /** What came back; undefined when it is not the answer to a question of this browser, or is not valid. */
  finish(provider: SsoProvider, callback: URL, browser: string): Promise<SsoAnswer | undefined>;
}

export function createSso({ db, now }: Pick<UserContext, 'db' | 'now'>): Sso {
  const known = new Map<string, { readonly configuration: oidc.Configuration; readonly until: number }>();

  async function configurationOf(provider: SsoProvider): Promise<oidc.Configuration> {
    const key = JSON.stringify(provider);
    const found = known.get(key);
    if (found !== undefined && found.until > now()) return found.configuration;
    try {
      const configuration = await discover(provider);
      known.set(key, { configuration, until: now() + DISCOVERY_AGE });
      return configuration;
    } catch (cause) {
      throw fault('sso.unreachable', 502, 'transient', 'The provider does not answer; try again later.', undefined, {
        cause,
      });
    }
  }

  return {
    async start(provider, callback, { browser, returnTo, link }) {
      const configuration = await configurationOf(provider);
      const verifier = oidc.randomPKCECodeVerifier();
      const nonce = oidc.randomNonce();
      const data = { provider: provider.id, issuer: provider.issuer, browser, returnTo, verifier, nonce };
      const state = await issueToken(db, 'sso', { account: link, data }, now());
      return oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: callback,
        scope: 'openid',
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },

    async finish(provider, callback, browser) {
      const state = callback.searchParams.get('state') ?? '';
      const asked = await consumeToken(db, 'sso', state, now());
      if (asked === undefined) return undefined;
      const { data, account } = asked;
      const isAnswer = data.provider === provider.id && data.issuer === provider.issuer && data.browser === browser;
      if (!isAnswer || data.verifier === undefined || data.nonce === undefined) return undefined;
      const configuration = await configurationOf(provider);
      const tokens = await oidc
        .authorizationCodeGrant(configuration, callback, {
          pkceCodeVerifier: data.verifier,
          expectedState: state,
          expectedNonce: data.nonce,
          idTokenExpected: true,
        })
        .catch(() => undefined);
      const claims = tokens?.claims();
      if (claims === undefined || claims.sub === '') return undefined;
      return {
        issuer: provider.issuer,
        subject: claims.sub,
        hasSecondFactor: provider.vouchesForFactor && usedSecondFactor(claims.amr),
        returnTo: data.returnTo ?? '',
        link: account,
      };
    },
  };
}

function discover({ issuer, clientId, clientSecret }: SsoProvider): Promise<oidc.Configuration> {
  const { origin, protocol, hostname } = new URL(issuer);
  const isPlain = protocol === 'http:' && isThisMachine(hostname);
  return oidc.discovery(
    new URL(issuer),
    clientId,
    {},
    clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret),
    {
      timeout: TIMEOUT,
      execute: [
        oidc.enableNonRepudiationChecks,
        // The operator wrote the issuer; a loopback one may speak plain http.
        ...(isPlain ? [oidc.allowInsecureRequests] : []),
      ],
      [oidc.customFetch]: (url, { method, headers, body }) =>
        outboundFetch(
          url,
          {
            method: method === 'POST' ? 'POST' : 'GET',
            headers,
            ...(body instanceof URLSearchParams || typeof body === 'string' ? { body: body.toString() } : {}),
          },
          // The issuer's own host may be an internal one; where its documents lead to must be public.
          { allowPrivate: new URL(url).origin === origin, timeout: TIMEOUT * 1000 },
        ),
    },
  );
}

/** https://www.rfc-editor.org/rfc/rfc8176#section-2 */
function usedSecondFactor(amr: unknown): boolean {
  return Array.isArray(amr) && ['mfa', 'otp', 'hwk', 'sc'].some((method) => amr.includes(method));
}
