import { compareVersions } from '../../server/definitions/canonical-index.ts';
import { codeSystemFacts } from '../../server/definitions/code-system-facts.ts';
import { CANONICAL_TYPES, type Canonicals, type CodeSystemEntry } from '../../server/definitions/canonicals.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { splitCanonical, textAt } from '../resource/elements.ts';

let overlays = 0;

/** Canonicals with the resources of a request (`tx-resource`) before them. */
export function overlaid(base: Canonicals, resources: readonly JsonObject[]): Canonicals {
  const added = resources.filter((resource) => CANONICAL_TYPES.some((type) => type === resource.resourceType));
  if (added.length === 0) return base;
  overlays += 1;
  return {
    version: -overlays,
    find(type, canonical) {
      const { url, version } = splitCanonical(canonical.split('#', 1)[0] ?? '');
      const found = added.filter(
        (each) => each.resourceType === type && each.url === url && (version === undefined || each.version === version),
      );
      found.sort((left, right) => compareVersions(textAt(right, 'version') ?? '', textAt(left, 'version') ?? ''));
      return found[0] ?? base.find(type, canonical);
    },
    *all(type) {
      const seen = new Set<string>();
      for (const resource of added) {
        if (resource.resourceType !== type) continue;
        seen.add(`${textAt(resource, 'url')}|${textAt(resource, 'version')}`);
        yield resource;
      }
      for (const resource of base.all(type)) {
        if (!seen.has(`${textAt(resource, 'url')}|${textAt(resource, 'version')}`)) yield resource;
      }
    },
    *codeSystems() {
      const own = added.filter(({ resourceType }) => resourceType === 'CodeSystem').map(codeSystemEntry);
      yield* own;
      for (const entry of base.codeSystems()) {
        if (!own.some(({ url, version }) => url === entry.url && version === entry.version)) yield entry;
      }
    },
  };
}

function codeSystemEntry(resource: JsonObject): CodeSystemEntry {
  const [url, version, status] = ['url', 'version', 'status'].map((key) => textAt(resource, key));
  return { url: url ?? '', version, status, ...codeSystemFacts(resource), load: () => resource };
}
