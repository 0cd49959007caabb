import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { Audit } from '../audit/open-audit.ts';
import { createCdsVerifier } from '../auth/cds/verify-cds-token.ts';
import { identifyApps, identifyByToken, type IdentifyCaller } from '../cds-hooks/caller.ts';
import { readCdsSettings, type CdsSettings } from '../cds-hooks/cds-settings.ts';
import { cdsHooksRoutes } from '../cds-hooks/routes.ts';
import { offeredServices } from '../cds-hooks/services.ts';
import { createUsedTokens } from '../cds-hooks/used-tokens.ts';
import { NO_TRAIL } from '../fhir/audit-trail.ts';
import type { Mount } from '../http/app.ts';
import type { Addresses } from '../http/server.ts';
import { outboundFetch } from '../kernel/outbound-fetch.ts';
import { createClinicReader } from '../module-host/clinic-reader.ts';
import { moduleContext } from '../module-host/module-context.ts';
import type { ModuleHost } from '../module-host/operation-context.ts';
import type { Registry } from '../registry/registry.ts';
import { ConfigError, type Config } from './config.ts';
import type { OpenEngine } from './open-engine.ts';
import type { Identity } from './open-identity.ts';

export interface CdsHooksStart {
  readonly config: Config;
  readonly opened: OpenEngine;
  readonly registry: Registry;
  readonly host: ModuleHost;
  readonly audit: Audit | undefined;
  /** Undefined while sign-in is off. */
  readonly identity: Identity | undefined;
  /** Who everybody is while sign-in is off. */
  readonly everybody: Principal;
  now(): number;
}

/** @throws ConfigError when the file of CDS_HOOKS cannot be used */
function cdsSettings({ cdsHooks }: Config): CdsSettings {
  if (cdsHooks === undefined) return { clients: [], servers: [] };
  try {
    return readCdsSettings(readFileSync(cdsHooks, 'utf8'));
  } catch (error) {
    throw new ConfigError(`CDS_HOOKS: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The CDS services of modules, at `/cds-services`. */
export function openCdsHooks(options: CdsHooksStart): (addresses: Addresses) => readonly Mount[] {
  const { config, opened, registry, host, audit, identity, everybody, now } = options;
  const { engine } = opened;
  const services = offeredServices(registry.cdsServices);
  const rules = { allowPrivate: config.cdsPrivateAddresses };
  const identify = identification(options);
  return ({ baseUrlOf, addressOf }) => [
    {
      path: '/cds-services',
      handler: cdsHooksRoutes({
        engine,
        services,
        identify,
        isEnabled: host.isEnabled,
        contextOf: (ctx, module) => ({
          ...moduleContext(ctx, module, host),
          ...createClinicReader(engine, ctx),
          projection: (name) => host.projection(ctx, name),
        }),
        principalOf: (token, incoming) => identity?.authenticate(bearing(token, incoming)) ?? everybody,
        baseUrlOf,
        openTrail: (request) => audit?.openTrail(request) ?? NO_TRAIL,
        ipOf: addressOf,
        isAllowedOrigin: identity?.signIn.isAllowedOrigin ?? (() => true),
        get: (url, headers) => outboundFetch(url, { headers }, rules),
        timeout: config.cdsTimeout,
        now,
      }),
    },
  ];
}

function identification({ config, opened, identity, everybody, now }: CdsHooksStart): IdentifyCaller {
  if (identity === undefined) {
    return () => Promise.resolve({ principal: everybody, name: 'anybody', fhirServers: [] });
  }
  const { engine } = opened;
  const { clients } = cdsSettings(config);
  const rules = { allowPrivate: config.cdsPrivateAddresses };
  const byClient = identifyByToken(
    createCdsVerifier({ clients, fetchKeys: (url) => outboundFetch(url, {}, rules), now }),
    createUsedTokens((tenant) => engine.dbOf(tenant)),
  );
  return identifyApps(byClient, (incoming) => identity.authenticate(incoming));
}

/** The same request with another token: the one that the CDS client got for this server. */
function bearing(token: string, incoming: IncomingMessage): IncomingMessage {
  const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
  return Object.create(incoming, { headers: { value: headers } }) as IncomingMessage;
}
