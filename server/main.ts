import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig, type Config } from './boot/config.ts';
import { installsPackages } from './boot/package-process.ts';
import { createLog } from './kernel/log.ts';
import { RegistryError } from './registry/registry-error.ts';
import { CANNOT_LISTEN } from './boot/workers.ts';

function configure(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(error);
  }
}

function refuse(error: ConfigError | RegistryError): never {
  process.stderr.write(`athanor cannot start:\n${error.message}\nAll variables: server/docs/config.md\n`);
  // A worker that was started again would fail again.
  process.exit(cluster.isPrimary ? 1 : CANNOT_LISTEN);
}

const config = configure();
const log = createLog(config.logLevel, cluster.isPrimary ? 'primary' : 'worker');
const fail = (error: unknown): void => {
  if (error instanceof ConfigError || error instanceof RegistryError) refuse(error);
  log.fatal({ err: error }, 'stopped by an error');
  process.exit(1);
};
process.on('uncaughtException', fail);

try {
  // The primary stays small: what serves requests is loaded by workers only.
  if (cluster.isPrimary) {
    const { runPrimary } = await import('./boot/primary.ts');
    await runPrimary(config, log, fileURLToPath(import.meta.url));
  } else if (installsPackages()) {
    const { installPackageFolder } = await import('./boot/package-folder.ts');
    await installPackageFolder(config, config.databaseUrl ?? '', log);
    process.exit(0);
  } else {
    const { runWorker } = await import('./boot/worker.ts');
    await runWorker(config, config.databaseUrl ?? '', log);
  }
} catch (error) {
  fail(error);
}
