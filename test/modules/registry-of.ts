import type { JsonObject } from '../../server/kernel/json.ts';
import { createRegistry, type ModuleData, type Registry } from '../../server/registry/registry.ts';
import type { Module, ModuleCode } from '../../server/sdk/module.ts';

export interface MadeModule extends Partial<Omit<Module, 'code' | 'name'>> {
  readonly name: string;
  readonly code?: ModuleCode;
  readonly definitions?: readonly JsonObject[];
  readonly roles?: readonly JsonObject[];
  readonly seeds?: readonly JsonObject[];
}

/** A registry of modules that are no files, in load order. */
export function registryOf(...made: readonly MadeModule[]): Registry {
  const modules = made.map(({ code = {}, definitions = [], roles = [], seeds = [], ...rest }) => {
    const manifest: Module = {
      title: rest.name,
      version: '1.0.0',
      depends: [],
      contributes: {},
      ...rest,
      code: () => Promise.resolve({ code }),
    };
    const files = (kind: string, all: readonly JsonObject[]): ModuleData['roles'] =>
      all.map((json, index) => ({ path: `${kind}/${index}.json`, json }));
    const data: ModuleData = {
      definitions: files('definitions', definitions),
      roles: files('access', roles),
      seeds: files('seed', seeds),
      demos: [],
      sha256: JSON.stringify([definitions, roles]),
    };
    return { manifest, folder: '', data, code, settings: {} };
  });
  return createRegistry(modules, modules);
}
