import type { FoundModule } from './discover.ts';
import { RegistryError } from './registry-error.ts';
import type { Selection } from './selection.ts';

type ByName = ReadonlyMap<string, FoundModule>;

/**
 * The modules that are enabled, each behind those that it depends on: by depth, then by name.
 * @throws RegistryError for names that are not there, for dependencies that are missing or disabled, and for cycles
 */
export function enabledModules(found: readonly FoundModule[], selection: Selection): readonly FoundModule[] {
  const byName: ByName = new Map(found.map((module) => [module.manifest.name, module]));
  const problems = misnamed(byName, selection);
  const chosen = choose(found, selection);
  for (const { manifest } of found.filter((module) => chosen.has(module.manifest.name))) {
    for (const needed of manifest.depends) {
      if (chosen.has(needed)) continue;
      problems.push(
        `module ${manifest.name} depends on module ${needed}, which is ${byName.has(needed) ? disabled(selection, needed) : 'not there'}.`,
      );
    }
  }
  if (problems.length > 0) throw new RegistryError(problems);
  const depths = depthsOf(
    found.filter((module) => chosen.has(module.manifest.name)),
    byName,
  );
  return [...depths]
    .sort(([a, depth], [b, other]) => depth - other || (a < b ? -1 : 1))
    .flatMap(([name]) => byName.get(name) ?? []);
}

function misnamed(byName: ByName, { named, leftOut }: Selection): string[] {
  const unknown = [...(named ?? []), ...leftOut].filter((name) => name !== 'all' && !byName.has(name));
  const there = [...byName.keys()].join(', ') || 'none';
  return [
    ...unknown.map((name) => `MODULES names module ${name}, which is not there; there are: ${there}.`),
    ...[...leftOut].flatMap((name) => {
      const { autoEnable, depends } = byName.get(name)?.manifest ?? {};
      if (autoEnable !== true || depends === undefined) return [];
      return [`MODULES leaves out module ${name}, which is enabled exactly when ${depends.join(' and ')} are.`];
    }),
  ];
}

function choose(found: readonly FoundModule[], { named, leftOut }: Selection): ReadonlySet<string> {
  const isWanted = ({ manifest: { name, autoEnable } }: FoundModule): boolean =>
    !leftOut.has(name) && (named?.has(name) ?? autoEnable !== true);
  const chosen = new Set(found.filter(isWanted).map(({ manifest }) => manifest.name));
  // A glue module may join others, so that one round is not enough.
  for (let before = -1; before < chosen.size;) {
    before = chosen.size;
    for (const { manifest } of found) {
      if (manifest.autoEnable === true && manifest.depends.every((name) => chosen.has(name))) chosen.add(manifest.name);
    }
  }
  return chosen;
}

function disabled({ leftOut }: Selection, name: string): string {
  return leftOut.has(name) ? 'left out by MODULES' : 'not enabled by MODULES';
}

/** The longest way from each module to one without dependencies. */
function depthsOf(modules: readonly FoundModule[], byName: ByName): ReadonlyMap<string, number> {
  const depths = new Map<string, number>();
  const depthOf = (name: string, chain: readonly string[]): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const start = chain.indexOf(name);
    if (start !== -1) {
      const cycle = [...chain.slice(start), name].join(' → ');
      throw new RegistryError([
        `modules depend on each other in a circle: ${cycle}. What joins two of them belongs in a glue module.`,
      ]);
    }
    const below = (byName.get(name)?.manifest.depends ?? []).map((each) => depthOf(each, [...chain, name]) + 1);
    const depth = Math.max(0, ...below);
    depths.set(name, depth);
    return depth;
  };
  for (const { manifest } of modules) depthOf(manifest.name, []);
  return depths;
}
