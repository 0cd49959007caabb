import type { Log } from '../kernel/log.ts';
import type { Registry } from '../registry/registry.ts';
import type { Config } from './config.ts';
import { engineOptions } from './engine-options.ts';
import { loadModules } from './load-modules.ts';
import { openEngine, type EngineOptions, type OpenEngine } from './open-engine.ts';
import { moduleSigner } from './module-signer.ts';
import { startModules, type StartedModules } from './start-modules.ts';

export interface ClinicOptions {
  readonly config: Config;
  readonly connectionString: string;
  readonly log: Log;
  /** Failures of background work. */
  onError(error: unknown): void;
  /** What differs from the configuration. */
  readonly differences?: Partial<EngineOptions>;
}

/** An engine with the modules in force. */
export interface OpenClinic {
  readonly opened: OpenEngine;
  readonly registry: Registry;
  readonly modules: StartedModules;
  close(): Promise<void>;
}

/**
 * For commands that write resources: rules of modules hold for them too. (A worker adds to the engine before modules do.)
 * @throws RegistryError for modules that do not fit together
 */
export async function openClinic({
  config,
  connectionString,
  log,
  onError,
  differences = {},
}: ClinicOptions): Promise<OpenClinic> {
  const registry = await loadModules(config.modules, process.env);
  const opened = await openEngine({
    ...engineOptions(config, connectionString, onError),
    runsJobs: false,
    ...differences,
  });
  const modules = await startModules({
    opened,
    registry,
    log,
    signer: moduleSigner(config, opened),
    isServing: false,
    now: () => Date.now(),
    onError,
  });
  return {
    opened,
    registry,
    modules,
    async close() {
      await modules.close();
      await opened.close();
    },
  };
}
