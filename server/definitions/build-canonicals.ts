import { codeSystemFacts, type CodeSystemFacts } from './code-system-facts.ts';
import { CANONICAL_TYPES } from './canonicals.ts';
import { writeWhole } from '../kernel/write-whole.ts';

/** [resource type, url, version, status, first byte, length in bytes, of a CodeSystem its facts] */
export type CanonicalLine = readonly [string, string, string | null, string | null, number, number, CodeSystemFacts?];

/** `r4-canonicals.json`: where each resource stands in `r4-canonicals.ndjson`. */
export interface CanonicalFileIndex {
  /** StructureDefinitions without snapshots. */
  readonly canonicals: readonly CanonicalLine[];
  /** Those of the types themselves, whole. */
  readonly structures: readonly CanonicalLine[];
}

export interface CanonicalJson {
  readonly resourceType: string;
  readonly url?: string;
  readonly version?: string;
  readonly status?: string;
  readonly fhirVersion?: string;
  readonly content?: string;
  readonly text?: unknown;
  readonly snapshot?: unknown;
}

/**
 * Writes the R4 canonicals as lines and an index of their places, so that a process reads those that it needs.
 * @param resources of two with the same url and version the first counts, unless it is a mere fragment
 * @param isBaseType whether it defines a type of R4
 */
export function buildCanonicals(
  files: { readonly canonicalIndex: string; readonly canonicalLines: string },
  resources: readonly CanonicalJson[],
  isBaseType: (resource: CanonicalJson) => boolean,
): void {
  const lines: string[] = [];
  let offset = 0;
  const put = (resource: CanonicalJson): CanonicalLine => {
    const { resourceType, url = '', version = null, status = null } = resource;
    const line = JSON.stringify(resource);
    const length = Buffer.byteLength(line);
    lines.push(line);
    offset += length + 1;
    const place = [resourceType, url, version, status, offset - length - 1, length] as const;
    return resourceType === 'CodeSystem' ? [...place, codeSystemFacts({ ...resource })] : place;
  };
  const kept = distinct(resources);
  const structures = kept.filter(isBaseType).map((resource) => put({ ...resource, text: undefined }));
  const canonicals = kept.map((resource) => put({ ...resource, text: undefined, snapshot: undefined }));
  const index: CanonicalFileIndex = { canonicals, structures };
  writeWhole(files.canonicalLines, `${lines.join('\n')}\n`);
  writeWhole(files.canonicalIndex, JSON.stringify(index));
}

function distinct(resources: readonly CanonicalJson[]): CanonicalJson[] {
  const known = new Map<string, CanonicalJson>();
  for (const resource of resources) {
    const { resourceType, url, version = '', fhirVersion = '4.0.1' } = resource;
    const isWanted = CANONICAL_TYPES.some((type) => type === resourceType) && fhirVersion === '4.0.1';
    if (url === undefined || !isWanted) continue;
    const key = `${resourceType} ${url}|${version}`;
    const other = known.get(key);
    if (other === undefined || (other.content !== 'complete' && resource.content === 'complete')) {
      known.set(key, resource);
    }
  }
  return [...known.values()];
}
