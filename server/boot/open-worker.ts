import type { IncomingMessage } from 'node:http';
import { SERVER, type Principal } from '../access/principal.ts';
import { openAudit, type Audit } from '../audit/open-audit.ts';
import { cdsFeedback } from '../cds-hooks/feedback-operation.ts';
import { dropUsedTokens } from '../cds-hooks/used-tokens.ts';
import { graphql } from '../graphql/graphql-operation.ts';
import { gatewayLink } from '../gateway/gateway-link.ts';
import { gatewayOperations } from '../gateway/gateway-operations.ts';
import type { Metrics } from '../http/metrics.ts';
import { createHttpServer, type HttpServer } from '../http/server.ts';
import { countJobs } from '../jobs/ledger.ts';
import type { Log } from '../kernel/log.ts';
import type { Registry } from '../registry/registry.ts';
import type { Queryable } from '../storage/db.ts';
import { dropOldKeys } from '../storage/idempotency.ts';
import type { Config } from './config.ts';
import { engineOptions } from './engine-options.ts';
import { moduleSigner } from './module-signer.ts';
import { openAuditJobs } from './open-audit-jobs.ts';
import { openCdsHooks } from './open-cds-hooks.ts';
import { openEngine, type OpenEngine } from './open-engine.ts';
import type { Identity } from './open-identity.ts';
import { openReactions } from './open-reactions.ts';
import { openSites, sitesOf } from './open-sites.ts';
import { privacyOperations } from './privacy-operations.ts';
import { startModules, type StartedModules } from './start-modules.ts';
import { viewerApp } from './viewer-app.ts';

export interface WorkerStart {
  readonly config: Config;
  readonly connectionString: string;
  readonly registry: Registry;
  readonly log: Log;
  /** Who asks while sign-in is off. Default: everybody is the server itself. */
  readonly whoAsks?: (incoming: IncomingMessage) => Principal;
  metricsText(own: Metrics): () => Promise<string>;
  /** Failures of background work. */
  onError(error: unknown): void;
}

/** Everything that one process serves, but for listening. */
export interface OpenWorker extends HttpServer {
  readonly opened: OpenEngine;
  readonly modules: StartedModules;
  readonly audit: Audit | undefined;
  readonly identity: Identity | undefined;
  /** Ends what goes on beside requests, when there are none any more. */
  close(): Promise<void>;
}

const EVERYBODY: Principal = { ...SERVER, tenant: 1 };
const TIDY_INTERVAL = 3_600_000;

/** Opens a migrated database as a worker of the configured server. */
export async function openWorker(start: WorkerStart): Promise<OpenWorker> {
  const { config, connectionString, registry, log, whoAsks = () => EVERYBODY, onError } = start;
  const now = (): number => Date.now();
  const opened = await openEngine(engineOptions(config, connectionString, onError));
  const { engine, searchParameters, protection } = opened;
  const maskQuery = (query: string): string => protection?.maskQuery(query) ?? query;
  const audit =
    config.audit === 'on' ? openAudit({ dbOf: (tenant) => engine.dbOf(tenant), now, maskQuery, onError }) : undefined;
  const { hl7GatewayUrl: url, hl7GatewaySecret: secret } = config;
  const gateway = secret === undefined ? undefined : gatewayLink({ url, secret });
  opened.extend({
    operations: [
      ...privacyOperations(config, opened, { audit, gateway }, now),
      ...gatewayOperations(gateway),
      cdsFeedback,
      graphql,
    ],
  });
  const identity =
    config.auth === 'on'
      ? // A server without sign-in loads none of it.
        await (
          await import('./open-identity.ts')
        ).openIdentity({
          config,
          opened,
          audit,
          apps: [...sitesOf(registry), ...viewerApp(config, process.env)],
          now,
          onError,
        })
      : undefined;
  const modules = await startModules({
    opened,
    registry,
    log,
    signer: moduleSigner(config, opened),
    isServing: true,
    now,
    onError,
  });
  const parts = { config, opened, registry, modules, audit, identity, now };
  const authenticate = (incoming: IncomingMessage): Principal | Promise<Principal> =>
    identity?.authenticate(incoming) ?? whoAsks(incoming);
  const reactions = await openReactions({ ...parts, connectionString, authenticate, onError });
  const auditJobs = audit === undefined ? undefined : openAuditJobs({ config, opened, now, onError });
  const cdsHooks = openCdsHooks({ ...parts, host: modules.host, everybody: EVERYBODY });
  // What is past its time costs nothing but space.
  const tidying = setInterval(() => void tidy(engine.db, now()).catch(onError), TIDY_INTERVAL).unref();
  const http = createHttpServer({
    engine,
    searchParameters,
    log,
    isBaseUrlFixed: config.baseUrl !== undefined,
    bodyLimit: config.maxBodySize,
    maxRunning: config.maxRunning,
    requestTimeout: config.requestTimeout,
    authenticate,
    mounts: (addresses) => [...cdsHooks(addresses), ...openSites(registry)],
    upgrade: reactions.subscriptions.upgrade,
    jobCounts: () => countJobs(engine.db),
    ...(identity === undefined ? {} : { signIn: identity.signIn }),
    ...(audit === undefined ? {} : { openTrail: audit.openTrail }),
    ...(config.tlsCertificate === undefined || config.tlsKey === undefined
      ? {}
      : { tls: { certificate: config.tlsCertificate, key: config.tlsKey } }),
    metricsText: start.metricsText,
  });
  return {
    ...http,
    opened,
    modules,
    audit,
    identity,
    async close() {
      clearInterval(tidying);
      await reactions.close();
      await identity?.close();
      await auditJobs?.close();
      await modules.close();
      await opened.close();
    },
  };
}

async function tidy(db: Queryable, now: number): Promise<void> {
  await dropOldKeys(db, now);
  await dropUsedTokens(db, now);
}
