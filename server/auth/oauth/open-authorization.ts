import express, { type Router } from 'express';
import { brandsBundle } from '../smart/brands.ts';
import { BRANDS_PATH, CONFIGURATION_PATH, smartConfiguration } from '../smart/configuration.ts';
import { SMART_STYLE } from '../smart/style.ts';
import { appsRoutes } from './apps-page.ts';
import { clientRoutes } from './client-routes.ts';
import { createOriginCheck } from './clients/client-origins.ts';
import { openCurrentProvider } from './current-provider.ts';
import { asIssuer, authorizeByPost, promptsForConsent } from './entry.ts';
import { answerFault } from './answer-fault.ts';
import { removeExpired } from './grants.ts';
import { interactionRoutes } from './interaction/routes.ts';
import { introspectByToken } from './introspect-by-token.ts';
import { addressesOf, AUTH_PATH, ROUTES, STYLE_ROUTE, type OAuthOptions } from './options.ts';
import { clientOfRefresh } from './refresh-client.ts';
import { registrationRoutes } from './registration-routes.ts';

export interface Authorization {
  /** To be mounted at `/`: `/auth`, the issuer's metadata, and `.well-known` below the FHIR base. */
  readonly router: Router;
  /** Whether scripts of an origin may call the FHIR interface. */
  isAllowedOrigin(origin: string): Promise<boolean>;
  close(): void;
}

const TIDY = 300_000;
const METADATA = '/.well-known/openid-configuration';

/** The authorization server: SMART App Launch 2.2, OpenID Connect, and the pages that belong to it. */
export async function openAuthorization(options: OAuthOptions): Promise<Authorization> {
  const { db, now, onError } = options;
  const addresses = addressesOf(options.fhirBase);
  const provider = await openCurrentProvider(options, addresses);
  const tidy = setInterval(() => void removeExpired(db, now()).catch(onError), TIDY).unref();

  const auth = express.Router();
  auth.use(asIssuer(addresses));
  auth.post(ROUTES.authorization, ...authorizeByPost(addresses));
  auth.get(ROUTES.authorization, promptsForConsent);
  auth.post(ROUTES.token, clientOfRefresh(options));
  auth.post(ROUTES.introspection, introspectByToken(options, addresses));
  if (options.hasRegistration) auth.use(registrationRoutes(options));
  auth.use(clientRoutes(options));
  auth.use(appsRoutes(options, addresses));
  auth.get(STYLE_ROUTE, (_request, response) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'max-age=3600' }).json(SMART_STYLE);
  });
  auth.use(interactionRoutes({ options, addresses, provider: provider.get }));
  auth.use(async (request, response, next) => {
    const isLibrarys = [...Object.values(ROUTES), METADATA].some(
      (route) => request.path === route || request.path.startsWith(`${route}/`),
    );
    if (isLibrarys) await provider.handle(request, response);
    else next();
  });

  const router = express.Router();
  router.use(AUTH_PATH, auth);
  router.use(new URL(options.fhirBase).pathname, wellKnownRoutes(options));
  // Where clients look for the metadata of an issuer with a path. https://www.rfc-editor.org/rfc/rfc8414#section-3
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    router.get(`/.well-known/${name}${AUTH_PATH}`, asIssuer(addresses), async (request, response) => {
      request.url = METADATA;
      request.originalUrl = AUTH_PATH + METADATA;
      await provider.handle(request, response);
    });
  }
  router.use(answerFault);
  return {
    router,
    isAllowedOrigin: createOriginCheck(db, now),
    close: () => clearInterval(tidy),
  };
}

/** JSON for every script, whatever it says that it accepts. */
function wellKnownRoutes({ fhirBase, hasRegistration, organizations, now }: OAuthOptions): Router {
  const addresses = addressesOf(fhirBase);
  const router = express.Router();
  router.use('/.well-known', (_request, response, next) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'max-age=300' });
    next();
  });
  router.get(`/${CONFIGURATION_PATH}`, (_request, response) => {
    response.json(smartConfiguration(addresses, hasRegistration));
  });
  router.get(`/${BRANDS_PATH}`, async (_request, response) => {
    response.json(brandsBundle(addresses, await organizations(), now()));
  });
  return router;
}
