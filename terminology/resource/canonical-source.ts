import { compareVersions } from '../../server/definitions/canonical-index.ts';
import type { Canonicals } from '../../server/definitions/canonicals.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystemSource } from '../code-system.ts';
import { extensionsOf, splitCanonical, textAt } from './elements.ts';
import { resourceCodeSystem } from './resource-code-system.ts';

/** The CodeSystem resources of a set of canonicals, by what they are good for. */
export interface CodeSystemResources {
  /** Those with all their concepts. */
  readonly complete: CodeSystemSource;
  /** Those with some of their concepts. */
  readonly fragments: CodeSystemSource;
  supplement(canonical: string): JsonObject | undefined;
  /** Supplements that are translations of a system: they apply without being asked for. */
  languagePacks(system: string): readonly JsonObject[];
  /** The system whose whole content is the value set of this url. */
  ofValueSet(url: string): JsonObject | undefined;
  isSupplement(url: string): boolean;
}

const SUPPLEMENT_TYPE = 'http://hl7.org/fhir/StructureDefinition/codesystem-supplement-type';
const indexes = new WeakMap<Canonicals, CodeSystemResources>();

export function codeSystemResources(canonicals: Canonicals): CodeSystemResources {
  const known = indexes.get(canonicals);
  if (known !== undefined) return known;
  const made = index(canonicals);
  indexes.set(canonicals, made);
  return made;
}

function index(canonicals: Canonicals): CodeSystemResources {
  const complete = new Map<string, JsonObject[]>();
  const fragments = new Map<string, JsonObject[]>();
  const supplements = new Map<string, JsonObject[]>();
  const packs = new Map<string, JsonObject[]>();
  const byValueSet = new Map<string, JsonObject>();
  for (const resource of canonicals.all('CodeSystem')) {
    const url = textAt(resource, 'url');
    if (url === undefined) continue;
    if (resource.content === 'supplement') {
      push(supplements, url, resource);
      const type = textAt(extensionsOf(resource, SUPPLEMENT_TYPE)[0], 'valueCode');
      const system = textAt(resource, 'supplements');
      if (type === 'lang-pack' && system !== undefined) push(packs, splitCanonical(system).url, resource);
    } else if (resource.content === 'complete' || resource.content === 'fragment') {
      push(resource.content === 'complete' ? complete : fragments, url, resource);
      const valueSet = textAt(resource, 'valueSet');
      if (valueSet !== undefined && !byValueSet.has(valueSet)) byValueSet.set(valueSet, resource);
    }
  }
  return {
    complete: sourceOf(complete),
    fragments: sourceOf(fragments),
    supplement: (canonical) => {
      const { url, version } = splitCanonical(canonical);
      const versions = supplements.get(url) ?? [];
      return version === undefined ? newestFirst(versions)[0] : versions.find((each) => each.version === version);
    },
    languagePacks: (system) => packs.get(system) ?? [],
    ofValueSet: (url) => byValueSet.get(splitCanonical(url).url),
    isSupplement: (url) => supplements.has(url),
  };
}

function push(map: Map<string, JsonObject[]>, key: string, resource: JsonObject): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [resource]);
  else known.push(resource);
}

function sourceOf(byUrl: ReadonlyMap<string, readonly JsonObject[]>): CodeSystemSource {
  return {
    codeSystem(url, version) {
      const versions = byUrl.get(url) ?? [];
      const found =
        version === undefined ? newestFirst(versions)[0] : versions.find((each) => each.version === version);
      return Promise.resolve(found === undefined ? undefined : resourceCodeSystem(found));
    },
    versions: (url) =>
      Promise.resolve(newestFirst(byUrl.get(url) ?? []).map((resource) => textAt(resource, 'version') ?? '')),
  };
}

/** Retired ones last. */
function newestFirst(resources: readonly JsonObject[]): readonly JsonObject[] {
  if (resources.length < 2) return resources;
  const retired = (resource: JsonObject): number => (resource.status === 'retired' ? 1 : 0);
  return [...resources].sort(
    (left, right) =>
      retired(left) - retired(right) || compareVersions(textAt(right, 'version') ?? '', textAt(left, 'version') ?? ''),
  );
}
