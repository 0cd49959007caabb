import { createProjections, type Projections } from '../module-host/projections.ts';
import { projectionOperations } from '../module-host/projections/operations.ts';
import type { Log } from '../kernel/log.ts';
import type { ModuleHost } from '../module-host/operation-context.ts';
import { moduleOperations } from '../module-host/operations.ts';
import { reportOperations } from '../module-host/reports.ts';
import { openModules, type OpenModules } from '../module-host/state/open-modules.ts';
import { createWriteHooks } from '../module-host/write-hooks.ts';
import type { Signer } from '../protection/signer.ts';
import type { Registry } from '../registry/registry.ts';
import type { OpenEngine } from './open-engine.ts';

export interface ModulesStart {
  readonly opened: OpenEngine;
  readonly registry: Registry;
  readonly log: Log;
  /** Whose signature modules use. */
  signer(): Signer;
  /** Whether this process serves requests: then it builds what becomes missing later; a command, what is missing now. */
  readonly isServing: boolean;
  now(): number;
  onError(error: unknown): void;
}

export interface StartedModules extends OpenModules {
  readonly host: ModuleHost;
  readonly projections: Projections;
}

/**
 * Brings the modules into force in this process, and their data up to date; before the first request or write. Every
 * process that writes resources does so: without it their rules would not hold.
 * @throws RegistryError for what cannot be used
 */
export async function startModules({
  opened,
  registry,
  log,
  signer,
  isServing,
  now,
  onError,
}: ModulesStart): Promise<StartedModules> {
  const { engine } = opened;
  const modules = await openModules({
    engine,
    registry,
    onDisable: ({ db, tenant }, module) => projections.forget(db, tenant, module),
    now,
    onError,
  });
  const { isEnabled, roles } = modules;
  const projections = createProjections(engine, { projections: registry.projections, isEnabled, onError });
  const host: ModuleHost = {
    isEnabled,
    definitions: () => engine.definitions,
    signer,
    projection: (ctx, name) => projections.read(ctx, name),
    setting: (module, name) => registry.setting(module, name),
    log: (module, level, text) => log[level]({ module }, text),
  };
  opened.extend({
    operations: [...modules.operations, ...projectionOperations(projections)],
    hooks: createWriteHooks(engine, host, registry.rules, projections),
    contributedRoles: roles,
    fresh: () => modules.fresh(),
  });
  const close = async (): Promise<void> => {
    await projections.close();
    await modules.close();
  };
  try {
    for (const { text } of await modules.install()) log.warn({ text }, 'definitions of modules');
    opened.extend({
      operations: [
        ...moduleOperations(registry.operations, engine.operations, engine.settings.baseUrl, host),
        ...reportOperations(registry.reports, host),
      ],
    });
    // Upgrade steps and seeds write what projections follow: those must be built to the end before.
    await projections.buildMissing();
    await modules.settle();
    if (isServing) await projections.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { ...modules, host, projections, close };
}
