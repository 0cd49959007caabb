import { errors, Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { sendPage } from '../pages/layout.ts';
import { html } from '../pages/html.ts';
import { PLAIN_SCOPES } from '../smart/grantable.ts';
import { MFA_ACR } from './acr.ts';
import { createAdapter } from './adapter.ts';
import { createClientKeys } from './client-keys.ts';
import { CLIENT_AUTH, originsOf } from './clients/client.ts';
import { isSecret } from './clients/client-store.ts';
import { CLIENT_EXTRAS, clientOf, findClient } from './find-client.ts';
import { accountFinder } from './find-account.ts';
import { interactionPolicy, interactionUrl } from './interaction/policy.ts';
import type { Keys } from './keys.ts';
import { REGISTRATION_ROUTE, ROUTES, type Addresses, type OAuthOptions } from './options.ts';
import { audienceOf, requireAudience, resourceServerOf } from './resource-server.ts';
import { tellDecisions } from './tell.ts';
import { addTokenContext, tokenContext } from './token-context.ts';

const MINUTE = 60;
const DAY = 86_400;
const ASSERTION_LIFETIME = 5 * MINUTE;
const CLOCK_TOLERANCE = 15;

/**
 * The protocol: OAuth 2.0 and OpenID Connect as SMART App Launch 2.2 wants them.
 * https://hl7.org/fhir/smart-app-launch/app-launch.html
 */
export function createProvider(options: OAuthOptions, addresses: Addresses, keys: Keys): Provider {
  const { db, now } = options;
  const clientKeys = createClientKeys(options.fetchKeys, now);
  const configuration: Configuration = {
    adapter: createAdapter({ db, now, findClient: (id) => findClient(db, clientKeys, id) }),
    jwks: { keys: [...keys.signing] },
    cookies: {
      keys: [...keys.cookies],
      names: { session: '_authorization', interaction: '_interaction', resume: '_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    scopes: PLAIN_SCOPES,
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['profile'], acr: null, auth_time: null, iss: null },
    // Without userinfo all claims stand in the id_token.
    conformIdTokenClaims: false,
    acrValues: [MFA_ACR],
    responseTypes: ['code'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: CLIENT_AUTH,
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'], idTokenSigningAlgValues: ['RS256'] },
    clockTolerance: CLOCK_TOLERANCE,
    extraClientMetadata: { properties: CLIENT_EXTRAS },
    extraParams: { launch: null, aud: (_ctx, value) => requireAudience(addresses, value), remembered: null },
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    issueRefreshToken: (_ctx, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && (scopes.has('offline_access') || scopes.has('online_access')),
    ttl: {
      AccessToken: 60 * MINUTE,
      AuthorizationCode: MINUTE,
      ClientCredentials: 5 * MINUTE,
      IdToken: 60 * MINUTE,
      Interaction: 60 * MINUTE,
      Session: 60 * MINUTE,
      // Three months at least, and each use begins them anew.
      RefreshToken: 100 * DAY,
      // Does not slide with its refresh tokens, so it must not end before them; revocation deletes it.
      Grant: 3650 * DAY,
    },
    assertJwtClientAuthClaimsAndHeader: (_ctx, claims) => checkLifetime(claims, now()),
    findAccount: accountFinder(options, addresses),
    loadExistingGrant: async (ctx) => {
      const id = ctx.oidc.result?.consent?.grantId;
      return id === undefined ? undefined : await ctx.oidc.provider.Grant.find(id);
    },
    extraTokenClaims: (_ctx, token) => tokenContext(db, token),
    clientBasedCORS: (_ctx, origin, client) => originsOf(clientOf(client)).includes(origin),
    routes: ROUTES,
    interactions: { policy: interactionPolicy(), url: interactionUrl },
    renderError: (ctx, out) => {
      ctx.respond = false;
      sendPage(ctx.res, ctx.status, {
        title: 'This request cannot be answered',
        body: html`<p>${out.error_description ?? out.error}</p>
          <p>
            Go back to the app that sent you here and try again; tell its maker the code <code>${out.error}</code>.
          </p>`,
      });
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: {
        enabled: true,
        // A client without a secret is known by its id alone: it hears about its own tokens only.
        allowedPolicy: (_ctx, client, token) =>
          client.clientAuthMethod !== 'none' || token.clientId === client.clientId,
      },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: (ctx) => audienceOf(addresses, ctx),
        getResourceServerInfo: (ctx, resource, client) =>
          resourceServerOf(ctx, resource, { client: clientOf(client), addresses, isValid: options.isScope }),
      },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    ...(options.hasRegistration
      ? { discovery: { registration_endpoint: `${addresses.issuer}${REGISTRATION_ROUTE}` } }
      : {}),
  };
  const provider = new Provider(addresses.issuer, configuration);
  // Where the browser speaks to a TLS proxy, cookies must be Secure; entry.ts sets the header that tells it.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function (actual) {
    return isSecret(actual, Buffer.from(this.clientSecret ?? '', 'hex'));
  };
  provider.use(addTokenContext);
  tellDecisions(provider, options);
  provider.on('server_error', (_ctx: KoaContextWithOIDC, error: Error) => options.onError(error));
  return provider;
}

/** The library has looked at expiry and `nbf`. https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html */
function checkLifetime({ exp, iat }: Readonly<Record<string, unknown>>, now: number): void {
  const latest = now / 1000 + CLOCK_TOLERANCE;
  if (typeof exp !== 'number' || exp > latest + ASSERTION_LIFETIME) {
    throw new errors.InvalidClientAuth('exp must be at most five minutes ahead');
  }
  if (iat !== undefined && !(typeof iat === 'number' && iat <= latest)) {
    throw new errors.InvalidClientAuth('iat must not be in the future');
  }
}
