import cluster from 'node:cluster';
import { serveClusterMetrics } from '../http/cluster-metrics.ts';
import type { Log } from '../kernel/log.ts';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import { gatewayAccess, startGateway, type GatewayProcess } from './gateway-process.ts';
import { packageArchives } from './package-archives.ts';
import { runPackageProcess } from './package-process.ts';
import { gatewayRole } from '../storage/gateway-role.ts';
import { onSignal } from '../kernel/on-signal.ts';
import { VERSION } from './version.ts';
import { startWorkers } from './workers.ts';

// By default V8 lets garbage grow to about three times what lives before it collects: 270 MB a worker under load instead
// of 170 MB, at the same CPU per request (server/docs/benchmarks.md).
const HEAP_GROWTH = '--heap-growing-percent=60';

// Workers get the time for their requests, and this much for closing what they have open; ms.
const CLOSING = 7000;

/**
 * The primary process: owns the database server and the workers, serves no request.
 * @param program file that workers run
 */
export async function runPrimary(config: Config, log: Log, program: string): Promise<void> {
  const startedAt = performance.now();
  const database = await openDatabase(config, log);
  serveClusterMetrics((error) => log.error({ err: error }, 'metrics of the workers'));
  cluster.setupPrimary({ exec: program, args: [], execArgv: [...process.execArgv, HEAP_GROWTH] });
  if (packageArchives(config).length > 0) await runPackageProcess(database.connectionString);
  if (config.auth === 'on') {
    const { showSetUpLink } = await import('./show-set-up-link.ts');
    await showSetUpLink(config, database.connectionString);
  }
  let gateway: GatewayProcess | undefined;
  const access = gatewayAccess(config);
  const gatewayDatabase = await gatewayDatabaseOf(config, database.connectionString);
  const workers = startWorkers({
    count: config.workers,
    env: { DATABASE_URL: database.connectionString, ...(config.hl7Gateway === 'on' ? access : {}) },
    log,
    onListening() {
      const ms = Math.round(performance.now() - startedAt);
      log.info({ host: config.host, port: config.port, workers: config.workers, version: VERSION, ms }, 'ready');
      if (config.hl7Gateway === 'on') gateway = startGateway(config, gatewayDatabase, access, log);
    },
    onCannotListen: () => void stop(1),
  });

  async function stop(exitCode: number): Promise<void> {
    log.info('shutting down');
    await gateway?.stop(CLOSING);
    await workers.stop(config.shutdownTimeout + CLOSING);
    await database.stop();
    log.info('bye');
    process.exit(exitCode);
  }
  onSignal(['SIGTERM', 'SIGINT'], () => stop(0));
}

/** As a role of its own: the embedded PostgreSQL is told of one, another database's operator may name one. */
function gatewayDatabaseOf(config: Config, connectionString: string): string | Promise<string> {
  if (config.hl7DatabaseUrl !== undefined) return config.hl7DatabaseUrl;
  return config.databaseUrl === undefined && config.hl7Gateway === 'on'
    ? gatewayRole(connectionString)
    : connectionString;
}
