import { fault } from '../../server/kernel/fault.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { canonicalOf, objectsAt, splitCanonical, textAt } from '../resource/elements.ts';
import { implicitValueSet } from './implicit-value-set.ts';
import { ofKind, valueSetNotFound, versionCheckText } from './issues.ts';
import type { Scope } from './scope.ts';
import { hasWildcard, newestFitting, versionFits, wantedVersion, type WantedVersion } from './version-rules.ts';

const PARAMETERS = {
  forced: 'force-valueset-version',
  default: 'default-valueset-version',
  checked: 'check-valueset-version',
};

/**
 * The value set of a canonical: contained in the one that names it (`#id`), held, or implied by a code system.
 * @param within the value set that imports it
 * @throws Fault `terminology.valueSet` (404) when there is none
 */
export function findValueSet(scope: Scope, canonical: string, within?: JsonObject): JsonObject {
  if (canonical.startsWith('#')) {
    const found = objectsAt(within, 'contained').find(({ id }) => id === canonical.slice(1));
    if (found?.resourceType !== 'ValueSet') throw valueSetNotFound(canonical);
    return found;
  }
  const { url, version } = splitCanonical(canonical);
  const wanted = wantedVersion(scope.valueSetVersions, url, version);
  const found = held(scope, url, wanted) ?? implicitValueSet(scope.resources, url, version);
  if (found === undefined) throw valueSetNotFound(canonicalOf(url, wanted.version));
  note(scope, url, wanted);
  const required = scope.valueSetVersions.checked.get(url);
  if (required !== undefined && !versionFits(textAt(found, 'version'), required)) {
    const text = versionCheckText(url, textAt(found, 'version'), required);
    throw fault('terminology.versionCheck', 422, 'exception', text, undefined, ofKind('version-error'));
  }
  return found;
}

function held({ canonicals }: Scope, url: string, { version }: WantedVersion): JsonObject | undefined {
  if (version === undefined || !hasWildcard(version)) return canonicals.find('ValueSet', canonicalOf(url, version));
  const versions = [...canonicals.all('ValueSet')]
    .filter((each) => each.url === url)
    .flatMap((each) => textAt(each, 'version') ?? []);
  const fitting = newestFitting(versions, version);
  return fitting === undefined ? undefined : canonicals.find('ValueSet', canonicalOf(url, fitting));
}

function note({ usage }: Scope, url: string, { reason, version }: WantedVersion): void {
  if (version === undefined || reason === 'stated' || reason === 'newest') return;
  usage.versionParameters.set(canonicalOf(url, version), PARAMETERS[reason]);
}
