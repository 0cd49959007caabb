import { SERVER, type Principal } from '../access/principal.ts';
import { openAudit } from '../audit/open-audit.ts';
import { openClusterMetrics } from '../http/cluster-metrics.ts';
import { createHttpServer } from '../http/server.ts';
import type { Log } from '../kernel/log.ts';
import { dropOldKeys } from '../storage/idempotency.ts';
import type { Config } from './config.ts';
import { engineOptions } from './engine-options.ts';
import { openAuditJobs } from './open-audit-jobs.ts';
import { openEngine } from './open-engine.ts';
import { privacyOperations } from './privacy-operations.ts';
import { onSignal } from './shutdown.ts';
import { warmUp } from './warm-up.ts';
import { warnOutdated } from './warn-outdated.ts';
import { CANNOT_LISTEN } from './workers.ts';

/** While sign-in is off. */
const EVERYBODY: Principal = { ...SERVER, tenant: 1 };

const TIDY_INTERVAL = 3_600_000;

/** An API worker: serves requests until it is told to stop, or until the primary is gone. */
export async function runWorker(config: Config, connectionString: string, log: Log): Promise<void> {
  const onError = (error: unknown): void => log.error({ err: error }, 'background work failed');
  const now = (): number => Date.now();
  const opened = await openEngine(engineOptions(config, connectionString, onError));
  const { engine, searchParameters, protection } = opened;
  if (protection !== undefined) await warnOutdated(engine.db, protection, log);
  const maskQuery = (query: string): string => protection?.maskQuery(query) ?? query;
  const audit =
    config.audit === 'on' ? openAudit({ dbOf: (tenant) => engine.dbOf(tenant), now, maskQuery, onError }) : undefined;
  opened.extend({ operations: privacyOperations(config, opened, audit, now) });
  const identity =
    config.auth === 'on'
      ? // A server without sign-in loads none of it.
        await (await import('./open-identity.ts')).openIdentity({ config, opened, audit, now, onError })
      : undefined;
  const auditJobs = audit === undefined ? undefined : openAuditJobs({ config, opened, now, onError });
  // Keys are kept for a day; a late tidy-up costs nothing but space.
  setInterval(() => void dropOldKeys(engine.db, Date.now()).catch(onError), TIDY_INTERVAL).unref();
  const { server, drain } = createHttpServer({
    engine,
    searchParameters,
    log,
    isBaseUrlFixed: config.baseUrl !== undefined,
    bodyLimit: config.maxBodySize,
    maxRunning: config.maxRunning,
    requestTimeout: config.requestTimeout,
    authenticate: (incoming) => identity?.authenticate(incoming) ?? EVERYBODY,
    ...(identity === undefined ? {} : { signIn: identity.signIn }),
    ...(audit === undefined ? {} : { openTrail: audit.openTrail }),
    ...(config.tlsCertificate === undefined || config.tlsKey === undefined
      ? {}
      : { tls: { certificate: config.tlsCertificate, key: config.tlsKey } }),
    metricsText: ({ registry }) => openClusterMetrics(registry),
  });
  server.on('error', (error: NodeJS.ErrnoException) => {
    log.fatal({ err: error, host: config.host, port: config.port }, 'cannot listen; is the port in use?');
    process.exit(CANNOT_LISTEN);
  });
  server.listen(config.port, config.host, () => warmUp(engine, onError));

  // A terminal sends SIGINT to workers too; the primary decides then.
  process.on('SIGINT', () => undefined);
  onSignal(['SIGTERM'], async () => {
    await drain(config.shutdownTimeout);
    await identity?.close();
    await auditJobs?.close();
    await opened.close();
    process.exit(0);
  });
}
