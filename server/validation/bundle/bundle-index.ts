import { isObject, type JsonObject } from '../../kernel/json.ts';
import { isAbsoluteUrl, readReference, type ReferenceText } from '../references/reference-text.ts';
import type { Walk } from '../walk.ts';

export interface BundleEntry {
  readonly index: number;
  readonly entry: JsonObject;
  readonly fullUrl: string | undefined;
  /** `fullUrl` when it is that of a resource on a RESTful server. */
  readonly address: ReferenceText | undefined;
  readonly resource: JsonObject | undefined;
}

/** The entries of one Bundle, to be found by what references say. */
export interface BundleIndex {
  readonly entries: readonly BundleEntry[];
  /**
   * Entries that a literal reference in an entry means. Relative references are taken from the base of that entry's
   * fullUrl. https://hl7.org/fhir/R4/bundle.html#references
   */
  find(reference: string, from: JsonObject): readonly BundleEntry[];
  /** Entries with a resource of the type and id, whatever their fullUrl is. */
  ofId(type: string, id: string): readonly BundleEntry[];
}

const NONE: readonly BundleEntry[] = [];
const indexes = new WeakMap<Walk, Map<JsonObject, BundleIndex>>();

/** Made once per validation. */
export function bundleIndex(bundle: JsonObject, walk: Walk): BundleIndex {
  let ofWalk = indexes.get(walk);
  if (ofWalk === undefined) indexes.set(walk, (ofWalk = new Map<JsonObject, BundleIndex>()));
  let index = ofWalk.get(bundle);
  if (index === undefined) ofWalk.set(bundle, (index = createIndex(bundle)));
  return index;
}

function createIndex({ entry: list }: JsonObject): BundleIndex {
  const entries: BundleEntry[] = [];
  const byUrl = new Map<string, BundleEntry[]>();
  const byId = new Map<string, BundleEntry[]>();
  const byObject = new Map<JsonObject, BundleEntry>();
  (Array.isArray(list) ? list : []).forEach((entry, index) => {
    if (!isObject(entry)) return;
    const fullUrl = typeof entry.fullUrl === 'string' ? entry.fullUrl : undefined;
    const address = fullUrl === undefined ? undefined : readReference(fullUrl);
    const resource = isObject(entry.resource) ? entry.resource : undefined;
    const found: BundleEntry = { index, entry, fullUrl, address, resource };
    entries.push(found);
    byObject.set(entry, found);
    if (fullUrl !== undefined) add(byUrl, fullUrl, found);
    if (typeof resource?.id === 'string') add(byId, `${String(resource.resourceType)}/${resource.id}`, found);
  });

  function find(reference: string, from: JsonObject): readonly BundleEntry[] {
    const target = readReference(reference);
    if (target === undefined) return isAbsoluteUrl(reference) ? (byUrl.get(reference) ?? NONE) : NONE;
    const base = target.base === '' ? byObject.get(from)?.address?.base : target.base;
    if (base === undefined) return NONE;
    const matches = byUrl.get(`${base}${target.type}/${target.id}`) ?? NONE;
    const { version } = target;
    if (version === undefined) return matches;
    const versioned = matches.filter((match) => versionOf(match) === version);
    return versioned.length > 0 ? versioned : (byUrl.get(reference) ?? NONE);
  }

  return { entries, find, ofId: (type, id) => byId.get(`${type}/${id}`) ?? NONE };
}

/** `meta.versionId` of the entry's resource. */
function versionOf({ resource }: BundleEntry): string | undefined {
  const meta = resource?.meta;
  return isObject(meta) && typeof meta.versionId === 'string' ? meta.versionId : undefined;
}

function add(map: Map<string, BundleEntry[]>, key: string, entry: BundleEntry): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}
