import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHIPPED_ROLE_NAMES } from '../access/shipped-roles.ts';
import { packageRoot } from '../kernel/package-root.ts';
import { loadRegistry } from '../registry/load-registry.ts';
import type { Registry } from '../registry/registry.ts';
import type { Selection } from '../registry/selection.ts';
import { SETTINGS } from './config.ts';

export interface ModulesPlace {
  readonly folder: string;
  /** Where they are built; undefined: the sources run. */
  readonly built?: string;
}

/** Where this program's modules are: their files in `modules`, their code beside the bundle when that is what runs. */
export function modulesPlace(): ModulesPlace {
  const root = packageRoot();
  const dist = join(root, 'dist');
  const isBundle = dirname(fileURLToPath(import.meta.url)).startsWith(dist);
  return { folder: join(root, 'modules'), ...(isBundle ? { built: join(dist, 'modules') } : {}) };
}

/**
 * The modules that are to run.
 * @throws RegistryError with a line for each thing that does not fit together
 */
export function loadModules(
  selection: Selection,
  env: Readonly<Record<string, string | undefined>>,
  place: ModulesPlace = modulesPlace(),
): Promise<Registry> {
  const settings = Object.values(SETTINGS).map(({ name }) => name);
  return loadRegistry({ ...place, selection, env, reserved: { settings, roles: SHIPPED_ROLE_NAMES } });
}
