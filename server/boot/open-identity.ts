import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';
import { parseSmartScope } from '../access/smart-scope.ts';
import { recordOAuth } from '../audit/from-oauth.ts';
import { createApiKeys } from '../auth/api-keys/api-keys.ts';
import { keyOperations } from '../auth/api-keys/key-operations.ts';
import { createAuthenticate } from '../auth/authenticate.ts';
import { registerOwnApps, type OwnApp } from '../auth/oauth/clients/own-apps.ts';
import { registerOwnSystems } from '../auth/oauth/clients/own-systems.ts';
import { openAuthorization } from '../auth/oauth/open-authorization.ts';
import { addressesOf } from '../auth/oauth/options.ts';
import { createPrincipalNow } from '../auth/principal-now.ts';
import { openSignIn } from '../auth/open-sign-in.ts';
import { smartLaunch } from '../auth/smart/launch-operation.ts';
import { createPickers } from '../auth/smart/pickers.ts';
import { securityCapability } from '../auth/smart/security-capability.ts';
import { userOperations } from '../auth/users/operations/user-operations.ts';
import { NO_TRAIL } from '../fhir/audit-trail.ts';
import { LOOPBACK } from '../http/base-url.ts';
import { createForwarding } from '../http/forwarding.ts';
import type { SignInOptions } from '../http/server.ts';
import { outboundFetch } from '../kernel/outbound-fetch.ts';
import { createLimits } from '../limits/limits.ts';
import { openRedis } from '../redis/redis.ts';
import { brandedOrganizations } from './branded-organizations.ts';
import type { Config } from './config.ts';
import { gatewaySystem } from './gateway-key.ts';
import { openAccounts, sealerOf, type AccountsOptions } from './open-accounts.ts';
import { schemeOf } from './public-base.ts';

/** Sign-in as the HTTP server uses it. */
export interface Identity {
  authenticate(incoming: IncomingMessage): Principal | Promise<Principal>;
  readonly signIn: SignInOptions;
  /** See auth/principal-now.ts. */
  principalNow(principal: Principal, since: number): Promise<Principal | undefined>;
  close(): Promise<void>;
}

export interface IdentityOptions extends AccountsOptions {
  /** Web applications of the server itself. */
  readonly apps: readonly OwnApp[];
}

/** Authorization server, accounts, API keys and limits; adds its operations to the engine. */
export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { config, opened, audit, now, onError } = options;
  const { engine } = opened;
  const { db, definitions } = engine;
  const { baseUrl } = engine.settings;
  const users = openAccounts(options);
  const forwarding = createForwarding(config.trustProxy);
  const people = openSignIn({
    users,
    originOf: originsOf(config, baseUrl),
    ipOf: (request) => forwarding.addressOf(request),
    onError,
  });
  await registerOwnApps(db, new URL(baseUrl).origin, options.apps);
  if (config.hl7Gateway === 'on') await registerOwnSystems(db, [gatewaySystem(config)]);
  const onEvent = audit === undefined ? unrecorded : recordOAuth(audit.log);
  const authorization = await openAuthorization({
    db,
    fhirBase: baseUrl,
    signIn: people.signIn,
    sealer: sealerOf(opened),
    isScope: (scope) => parseSmartScope(scope, { definitions, registry: engine.registry }) !== undefined,
    pickers: createPickers({ engine, openTrail: (request) => audit?.openTrail(request) ?? NO_TRAIL, now }),
    ipOf: (request) => forwarding.addressOf(request),
    fetchKeys: (url) => outboundFetch(url, {}, { allowPrivate: config.jwksPrivateAddresses }),
    hasRegistration: config.dynamicRegistration,
    organizations: () => brandedOrganizations(engine),
    onEvent,
    onError,
    now,
  });
  const apiKeys = createApiKeys({
    db,
    now,
    context: engine,
  });
  const redis = config.redisUrl === undefined ? undefined : openRedis(config.redisUrl, onError);
  const limits = createLimits(
    {
      address: config.limitAddress,
      user: config.limitUser,
      client: config.limitClient,
      tenant: config.limitTenant,
      signIn: config.limitSignIn,
    },
    { workers: config.workers, now, ...(redis === undefined ? {} : { redis }) },
  );
  opened.extend({
    operations: [
      smartLaunch({ db, now, onEvent, fhirBase: baseUrl }),
      ...userOperations(users),
      ...keyOperations(apiKeys),
    ],
    security: securityCapability(addressesOf(baseUrl), config.dynamicRegistration),
  });
  return {
    authenticate: createAuthenticate({
      db,
      now,
      signIn: people.signIn,
      fhirBase: baseUrl,
      apiKey: (key, incoming) => apiKeys.principalOf(key, forwarding.addressOf(incoming)),
    }),
    principalNow: createPrincipalNow({ db, signIn: people.signIn, now }),
    signIn: {
      limits,
      isAllowedOrigin: (origin) => authorization.isAllowedOrigin(origin),
      mounts: [
        { path: '/auth', handler: people.router },
        { path: '/', handler: authorization.router },
      ],
      maxConnections: config.maxConnectionsPerIp,
      ...(config.trustProxy === undefined ? {} : { trusted: config.trustProxy }),
      ...(config.allowedNetworks === undefined ? {} : { allowed: config.allowedNetworks }),
    },
    async close() {
      authorization.close();
      await people.close();
      redis?.disconnect();
    },
  };
}

const unrecorded = (): Promise<void> => Promise.resolve();

/** The origin under which a browser reaches this server: the configured one, or of this machine the one that it used. */
function originsOf(config: Config, baseUrl: string): (request: IncomingMessage) => string {
  const { origin } = new URL(baseUrl);
  const scheme = schemeOf(config);
  return ({ headers: { host } }) => {
    const isLocal = config.baseUrl === undefined && LOOPBACK.includes(host?.replace(/:\d+$/, '') ?? '');
    return isLocal ? `${scheme}://${host ?? ''}` : origin;
  };
}
