import { openClusterMetrics } from '../http/cluster-metrics.ts';
import type { Log } from '../kernel/log.ts';
import type { Config } from './config.ts';
import { loadModules } from './load-modules.ts';
import { openWorker } from './open-worker.ts';
import { onSignal } from '../kernel/on-signal.ts';
import { warmUp } from './warm-up.ts';
import { warnOutdated } from './warn-outdated.ts';
import { CANNOT_LISTEN } from './workers.ts';

/** An API worker: serves requests until it is told to stop, or until the primary is gone. */
export async function runWorker(config: Config, connectionString: string, log: Log): Promise<void> {
  const onError = (error: unknown): void => log.error({ err: error }, 'background work failed');
  const { opened, server, drain, close } = await openWorker({
    config,
    connectionString,
    registry: await loadModules(config.modules, process.env),
    log,
    metricsText: ({ registry }) => openClusterMetrics(registry),
    onError,
  });
  const { engine, protection } = opened;
  if (protection !== undefined) await warnOutdated(engine.db, protection, log);
  server.on('error', (error: NodeJS.ErrnoException) => {
    log.fatal({ err: error, host: config.host, port: config.port }, 'cannot listen; is the port in use?');
    process.exit(CANNOT_LISTEN);
  });
  server.listen(config.port, config.host, () => warmUp(engine, onError));

  // A terminal sends SIGINT to workers too; the primary decides then.
  process.on('SIGINT', () => undefined);
  onSignal(['SIGTERM'], async () => {
    await drain(config.shutdownTimeout);
    await close();
    process.exit(0);
  });
}
