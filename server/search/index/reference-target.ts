import { detached } from '../../kernel/detached.ts';

/** Where a literal reference leads: `type` and `id` are set when it is a resource of this server. */
export interface ReferenceTarget {
  /** Hashed into index keys: `Patient/123`, an absolute URL without history part, or a `urn:`. */
  readonly text: string;
  readonly type?: string;
  readonly id?: string;
}

/** Undefined for contained (`#x`) and empty references. */
export type ReferenceReader = (reference: string) => ReferenceTarget | undefined;

const ID = /^[A-Za-z0-9.-]{1,64}$/;
const CACHE_LIMIT = 20_000;

/**
 * Reads `Type/id`, `Type/id/_history/2` and absolute URLs; those below `baseUrls` count as relative.
 * https://hl7.org/fhir/R4/references.html#literal
 * @param baseUrls own base URLs without a slash at the end
 */
export function createReferenceReader(
  isResourceType: (name: string) => boolean,
  baseUrls: readonly string[],
): ReferenceReader {
  const bases = baseUrls.map((url) => `${url}/`);
  const cache = new Map<string, ReferenceTarget>();
  const read = (reference: string): ReferenceTarget => {
    const base = bases.find((prefix) => reference.startsWith(prefix));
    const local = withoutHistory(base === undefined ? reference : reference.slice(base.length));
    const slash = local.indexOf('/');
    const type = local.slice(0, Math.max(slash, 0));
    const id = local.slice(slash + 1);
    if (isResourceType(type) && ID.test(id)) return { text: local, type, id };
    return { text: withoutHistory(reference) };
  };
  return (reference) => {
    if (reference === '' || reference.charCodeAt(0) === 35) return undefined;
    const known = cache.get(reference);
    if (known !== undefined) return known;
    const own = detached(reference);
    const target = read(own);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    if (reference.length <= 256) cache.set(own, target);
    return target;
  };
}

function withoutHistory(reference: string): string {
  const at = reference.lastIndexOf('/_history/');
  return at === -1 ? reference : reference.slice(0, at);
}
