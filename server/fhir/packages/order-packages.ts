import type { Manifest } from './manifest.ts';

/**
 * Packages behind those that they depend on, as far as these are given too. Where packages depend on each other in a
 * circle, the one that was given first stands last: none of them needs the other one to be installed.
 */
export function orderPackages<T extends Manifest>(packages: readonly T[]): T[] {
  const ordered = new Set<T>();
  const entered = new Set<T>();
  const visit = (one: T): void => {
    if (entered.has(one)) return;
    entered.add(one);
    for (const [name, version] of one.dependencies) {
      for (const other of packages) if (satisfies(other, name, version)) visit(other);
    }
    ordered.add(one);
  };
  for (const one of packages) visit(one);
  return [...ordered];
}

/** Whether a package is the one that a dependency names: `6.1.0`, `6.1.x`, `current`, `dev` or `latest`. */
export function satisfies(
  candidate: { readonly name: string; readonly version: string },
  name: string,
  version: string,
): boolean {
  if (candidate.name !== name) return false;
  if (candidate.version === version || ['current', 'dev', 'latest', '*', 'x'].includes(version)) return true;
  return version.endsWith('.x') && candidate.version.startsWith(version.slice(0, -1));
}
