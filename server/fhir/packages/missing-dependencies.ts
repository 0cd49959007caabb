import type { Issue } from '../../kernel/fault.ts';
import type { Manifest } from './manifest.ts';
import { satisfies } from './order-packages.ts';
import { packageLabel } from './package-identity.ts';

/** What every package builds on, and what this server is. */
const BUILT_IN = ['hl7.fhir.r4.core', 'hl7.fhir.core'];

/** A warning for each dependency of `packages` that none of `present` is. */
export function missingDependencies(
  packages: readonly Manifest[],
  present: readonly { readonly name: string; readonly version: string }[],
): Issue[] {
  const issues: Issue[] = [];
  for (const one of packages) {
    for (const [name, version] of one.dependencies) {
      if (BUILT_IN.includes(name) || present.some((other) => satisfies(other, name, version))) continue;
      const others = present.filter((other) => other.name === name).map((other) => other.version);
      const instead = others.length === 0 ? 'is not installed' : `is not installed, but ${others.join(', ')}`;
      const text = `${packageLabel(one)} depends on ${name}#${version}, which ${instead}.`;
      issues.push({ severity: 'warning', code: 'not-found', text });
    }
  }
  return issues;
}
