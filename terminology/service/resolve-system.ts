import type { CodeSystem } from '../code-system.ts';
import { canonicalOf } from '../resource/elements.ts';
import { findSystem, noteSystem, type Scope } from './scope.ts';
import { versionFits, wantedVersion, type WantedVersion } from './version-rules.ts';

export interface ResolvedSystem {
  /** Undefined: not held in this version. */
  readonly system: CodeSystem | undefined;
  readonly wanted: WantedVersion;
}

const PARAMETERS = { forced: 'force-system-version', default: 'system-version', checked: 'check-system-version' };

/**
 * The code system that an include of a value set means.
 * @param stated the version that the value set says
 * @param asked the version that a coding brings; used when the value set leaves it open
 */
export async function resolveSystem(
  scope: Scope,
  url: string,
  stated: string | undefined,
  asked?: string,
): Promise<ResolvedSystem> {
  const wanted = wantedVersion(scope.systemVersions, url, stated);
  const isOpen = asked !== undefined && versionFits(asked, wanted.version);
  const system =
    (isOpen ? await findSystem(scope, url, asked) : undefined) ?? (await findSystem(scope, url, wanted.version));
  if (system === undefined) scope.usage.unknownSystems.add(canonicalOf(url, wanted.version));
  else noteSystem(scope, system);
  if (wanted.version !== undefined && wanted.reason !== 'stated' && wanted.reason !== 'newest') {
    scope.usage.versionParameters.set(canonicalOf(url, wanted.version), PARAMETERS[wanted.reason]);
  }
  return { system, wanted };
}

/** The version that `check-system-version` requires, when this one is another. */
export function violatedCheck(scope: Scope, { url, version }: CodeSystem): string | undefined {
  const required = scope.systemVersions.checked.get(url);
  return required === undefined || versionFits(version, required) ? undefined : required;
}
