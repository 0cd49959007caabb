import type { Module, ModuleCode } from '../sdk/module.ts';
import { checkCode } from './check-code.ts';
import { discover } from './discover.ts';
import { duplicates, type ReservedNames } from './duplicates.ts';
import { readModuleData } from './module-data.ts';
import { enabledModules } from './order.ts';
import { createRegistry, type RegisteredModule, type Registry } from './registry.ts';
import { RegistryError } from './registry-error.ts';
import type { Selection } from './selection.ts';
import { readSettings } from './settings.ts';

export interface RegistryOptions {
  /** Where the modules' folders are. */
  readonly folder: string;
  /** Where they are built; undefined: the sources run. */
  readonly built?: string;
  readonly selection: Selection;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly reserved: ReservedNames;
}

/**
 * Reads what the enabled modules contribute; the code of others is not loaded.
 * @throws RegistryError with everything that does not fit together, for the operator
 */
export async function loadRegistry(options: RegistryOptions): Promise<Registry> {
  const found = await discover(options.folder, options.built);
  const enabled = enabledModules(found, options.selection);
  const problems: string[] = [];
  const modules: RegisteredModule[] = [];
  for (const module of enabled) {
    const settings = readSettings(module.manifest, options.env, problems);
    try {
      const data = readModuleData(module);
      const code = await loadCode(module.manifest);
      problems.push(...checkCode(module.manifest, code));
      modules.push({ ...module, settings, data, code });
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...duplicates(modules, options.reserved));
  if (problems.length > 0) throw new RegistryError(problems);
  return createRegistry(found, modules);
}

async function loadCode({ name, code }: Module): Promise<ModuleCode> {
  try {
    const loaded = (await code()) as { readonly code?: ModuleCode };
    if (loaded.code === undefined) throw new Error('it exports no `code`');
    return loaded.code;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RegistryError([`module ${name}: its code cannot be loaded: ${reason}`], { cause });
  }
}
