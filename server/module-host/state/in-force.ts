import type { RoleContribution } from '../../access/known-roles.ts';
import type { Registry } from '../../registry/registry.ts';
import type { ModuleState } from '../../storage/module-state.ts';

/** What the modules are for each tenant, as it was read at one moment. */
export interface InForce {
  /** Whether server and tenant have the module enabled, and everything that it depends on. */
  isEnabled(tenant: number, module: string): boolean;
  stateOf(tenant: number, module: string): ModuleState | undefined;
  /** Roles of the modules that the tenant has enabled; the same list for the same modules. */
  roles(tenant: number): readonly RoleContribution[];
}

/** @param states rows of table module_state */
export function createInForce(registry: Registry, states: readonly ModuleState[]): InForce {
  const rows = new Map(states.map((state) => [keyOf(state.tenant, state.name), state]));
  const enabled = new Map<number, ReadonlySet<string>>();
  const lists = listsOf(registry);

  function enabledOf(tenant: number): ReadonlySet<string> {
    let names = enabled.get(tenant);
    if (names === undefined) {
      const known = new Set<string>();
      // Each stands behind those that it depends on.
      for (const { manifest } of registry.modules) {
        const isOn = rows.get(keyOf(tenant, manifest.name))?.enabled !== false;
        if (isOn && manifest.depends.every((name) => known.has(name))) known.add(manifest.name);
      }
      enabled.set(tenant, (names = known));
    }
    return names;
  }

  return {
    isEnabled: (tenant, module) => enabledOf(tenant).has(module),
    stateOf: (tenant, module) => rows.get(keyOf(tenant, module)),
    roles(tenant) {
      const names = enabledOf(tenant);
      const key = [...names].join();
      let list = lists.get(key);
      if (list === undefined) {
        list = registry.modules
          .filter(({ manifest }) => names.has(manifest.name))
          .flatMap(({ manifest, data }) =>
            data.roles.map(({ path, json }) => ({ origin: `${path} of module ${manifest.name}`, json })),
          );
        lists.set(key, list);
      }
      return list;
    },
  };
}

const allLists = new WeakMap<Registry, Map<string, readonly RoleContribution[]>>();

function listsOf(registry: Registry): Map<string, readonly RoleContribution[]> {
  const lists = allLists.get(registry) ?? new Map<string, readonly RoleContribution[]>();
  allLists.set(registry, lists);
  return lists;
}

function keyOf(tenant: number, module: string): string {
  return `${tenant} ${module}`;
}
