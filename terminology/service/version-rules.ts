import { compareVersions } from '../../server/definitions/canonical-index.ts';
import { splitCanonical } from '../resource/elements.ts';
import { textsOf, type Parameters } from './parameters.ts';

/** Versions that a request asks for, by the url of the code system or value set. */
export interface VersionRules {
  /** Where nothing else says so. */
  readonly byDefault: ReadonlyMap<string, string>;
  /** What must come out, else it is an error. */
  readonly checked: ReadonlyMap<string, string>;
  /** Whatever else is said. */
  readonly forced: ReadonlyMap<string, string>;
}

type VersionReason = 'forced' | 'stated' | 'default' | 'checked' | 'newest';

export interface WantedVersion {
  /** Maybe with wildcards; undefined: the newest. */
  readonly version: string | undefined;
  readonly reason: VersionReason;
}

export function systemVersionRules(parameters: Parameters): VersionRules {
  return rules(parameters, ['system-version', 'check-system-version', 'force-system-version']);
}

export function valueSetVersionRules(parameters: Parameters): VersionRules {
  return rules(parameters, ['default-valueset-version', 'check-valueset-version', 'force-valueset-version']);
}

function rules(parameters: Parameters, [byDefault, checked, forced]: readonly [string, string, string]): VersionRules {
  const read = (name: string): ReadonlyMap<string, string> =>
    new Map(
      textsOf(parameters, name).flatMap((canonical): [string, string][] => {
        const { url, version } = splitCanonical(canonical);
        return version === undefined ? [] : [[url, version]];
      }),
    );
  return { byDefault: read(byDefault), checked: read(checked), forced: read(forced) };
}

/** @param stated the version that the value set says */
export function wantedVersion(rule: VersionRules, url: string, stated: string | undefined): WantedVersion {
  const forced = rule.forced.get(url);
  if (forced !== undefined) return { version: forced, reason: 'forced' };
  if (stated !== undefined) return { version: stated, reason: 'stated' };
  const byDefault = rule.byDefault.get(url);
  if (byDefault !== undefined) return { version: byDefault, reason: 'default' };
  const checked = rule.checked.get(url);
  return checked === undefined ? { version: undefined, reason: 'newest' } : { version: checked, reason: 'checked' };
}

export function hasWildcard(version: string): boolean {
  return version.split('.').some((part) => part === 'x' || part === 'X' || part === '*');
}

/** `1.0.x` fits 1.0.0 and 1.0.7; a wildcard at the end stands for any number of parts. */
export function versionFits(version: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined || wanted === version) return true;
  if (version === undefined || !hasWildcard(wanted)) return false;
  const parts = version.split('.');
  const pattern = wanted.split('.');
  if (pattern.length > parts.length) return false;
  return pattern.every((part, index) => part === 'x' || part === 'X' || part === '*' || part === parts[index]);
}

export function newestFitting(versions: readonly string[], wanted: string): string | undefined {
  return versions
    .filter((version) => versionFits(version, wanted))
    .sort((left, right) => compareVersions(right, left))[0];
}
