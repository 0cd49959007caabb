import { loadBaseStructure } from '../../definitions/base-canonicals.ts';
import { createCanonicals, type CanonicalEntry } from '../../definitions/canonical-index.ts';
import type { Canonicals } from '../../definitions/canonicals.ts';
import { generateSnapshot } from '../../definitions/snapshot/generate-snapshot.ts';
import type { Issue } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { textOf } from '../../search/index/values.ts';
import type { PlannedResource } from './plan-package.ts';

const TYPES = 'http://hl7.org/fhir/StructureDefinition/';

/**
 * The resources with snapshots in the profiles that came without one, out of bases in the package itself, in those that
 * are installed with it, in `canonicals` or in R4. A profile whose snapshot cannot be made stays as it is; the issue says why.
 */
export function addSnapshots(
  resources: readonly PlannedResource[],
  others: readonly PlannedResource[],
  canonicals: Canonicals,
): { readonly resources: readonly PlannedResource[]; readonly issues: readonly Issue[] } {
  const own = createCanonicals(0, resources.filter(isStructure).map(entryOf));
  const beside = createCanonicals(0, others.filter(isStructure).map(entryOf));
  const find = (canonical: string): JsonObject | undefined =>
    baseStructure(canonical) ??
    own.find('StructureDefinition', canonical) ??
    beside.find('StructureDefinition', canonical) ??
    canonicals.find('StructureDefinition', canonical);
  const issues: Issue[] = [];
  const completed = resources.map((planned): PlannedResource => {
    const { resource, path } = planned;
    if (!isStructure(planned) || resource.snapshot !== undefined) return planned;
    const result = generateSnapshot(resource, find);
    if ('snapshot' in result) return { ...planned, resource: { ...resource, snapshot: result.snapshot } };
    for (const issue of result.issues) {
      issues.push({ ...issue, severity: 'warning', text: `${path} has no snapshot: ${issue.text}` });
    }
    return planned;
  });
  return { resources: completed, issues };
}

function isStructure({ type }: PlannedResource): boolean {
  return type === 'StructureDefinition';
}

function entryOf({ resource }: PlannedResource): CanonicalEntry {
  return {
    type: 'StructureDefinition',
    url: textOf(resource, 'url') ?? '',
    version: textOf(resource, 'version'),
    status: textOf(resource, 'status'),
    load: () => resource,
  };
}

/** Those of the types themselves, which are held with their snapshots elsewhere. */
function baseStructure(canonical: string): JsonObject | undefined {
  const url = canonical.split('|', 1)[0] ?? '';
  return url.startsWith(TYPES) ? loadBaseStructure(url.slice(TYPES.length)) : undefined;
}
