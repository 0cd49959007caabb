import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, EXACT, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** What a link in a Bundle becomes: fullUrl or conditional reference → `Type/id`. */
export type Links = ReadonlyMap<string, string>;

/** Element types whose text is a link: https://hl7.org/fhir/R4/http.html#trules asks to replace all of them. */
const LINK_TYPES: ReadonlySet<string> = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);

/**
 * The resource with every link to an entry replaced: Reference.reference, uri-like elements, and `href`/`src` in
 * narratives; a `#fragment`, `|version` or `/_history/1` behind the link stays. Strings of other types (an
 * Identifier.value) are data and stay as they are. Returns the same object when there is nothing to replace.
 * @param base what relative references of this resource are relative to, see baseOf
 */
export function rewriteLinks(resource: JsonObject, links: Links, definitions: Definitions, base?: string): JsonObject {
  if (links.size === 0) return resource;
  const type = typeof resource.resourceType === 'string' ? resource.resourceType : '';
  return rewriteObject(resource, type, { links, definitions, base });
}

/**
 * The base URL within a fullUrl, to which relative references of its entry belong; undefined for a `urn:uuid:…`.
 * https://hl7.org/fhir/R4/bundle.html#references
 */
export function baseOf(fullUrl: string | undefined): string | undefined {
  return fullUrl === undefined
    ? undefined
    : /^(https?:\/\/.+\/)[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.exec(fullUrl)?.[1];
}

interface Rewriting {
  readonly links: Links;
  readonly definitions: Definitions;
  readonly base: string | undefined;
}

function rewriteObject(value: JsonObject, type: string, how: Rewriting): JsonObject {
  let copy: JsonObject | undefined;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined || item === null || typeof item === 'boolean' || typeof item === 'number') continue;
    const replaced = rewriteMember(item, key, type, how);
    if (replaced !== item) (copy ??= { ...value })[key] = replaced;
  }
  return copy ?? value;
}

function rewriteMember(item: JsonValue, key: string, type: string, how: Rewriting): JsonValue {
  if (typeof item === 'string') return rewriteText(item, key, type, how);
  if (Array.isArray(item)) {
    let copy: JsonArray | undefined;
    item.forEach((member, index) => {
      const replaced = rewriteMember(member, key, type, how);
      if (replaced === member) return;
      if (copy === undefined) {
        copy = [...item];
        const exact = item[EXACT];
        if (exact !== undefined) copy[EXACT] = exact;
      }
      copy[index] = replaced;
    });
    return copy ?? item;
  }
  if (!isObject(item)) return item;
  const inner =
    typeof item.resourceType === 'string' ? item.resourceType : (propertyType(how.definitions, type, key) ?? '');
  return rewriteObject(item, inner, how);
}

function rewriteText(text: string, key: string, type: string, how: Rewriting): string {
  if (key === 'div') return rewriteNarrative(text, how);
  const target = targetOf(text, how);
  if (target === undefined) return text;
  if (type === 'Reference' && key === 'reference') return target;
  return LINK_TYPES.has(propertyType(how.definitions, type, key) ?? '') ? target : text;
}

function targetOf(text: string, how: Rewriting): string | undefined {
  const whole = linked(text, how);
  if (whole !== undefined) return whole;
  const cut = text.search(/[#|]|\/_history\//);
  if (cut <= 0) return undefined;
  const target = linked(text.slice(0, cut), how);
  return target === undefined ? undefined : target + text.slice(cut);
}

function linked(url: string, { links, base }: Rewriting): string | undefined {
  return links.get(url) ?? (base === undefined ? undefined : links.get(base + url));
}

function rewriteNarrative(div: string, how: Rewriting): string {
  if (!div.includes('href') && !div.includes('src')) return div;
  return div.replace(
    /(\s(?:href|src)\s*=\s*)(["'])([^"'<>]*)\2/g,
    (whole, name: string, quote: string, link: string) => {
      const target = targetOf(link, how);
      return target === undefined ? whole : `${name}${quote}${target}${quote}`;
    },
  );
}

function propertyType(definitions: Definitions, type: string, key: string): string | undefined {
  return definitions.type(type)?.properties.get(key)?.type.code;
}

/** Search criteria with every value that is a link replaced, also one that is percent-encoded. */
export function rewriteCriteria(query: string, links: Links): string {
  return links.size === 0 ? query : query.replace(VALUE, (value) => links.get(decoded(value)) ?? value);
}

/** Whether a value of the criteria is one of the links. */
export function mentions(query: string, links: ReadonlySet<string>): boolean {
  return query.match(VALUE)?.some((value) => links.has(decoded(value))) ?? false;
}

/** What stands between the separators of a query and of its values. */
const VALUE = /[^&=,$|]+/g;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A reference that names its target by search criteria, `Practitioner?identifier=…`, as [type, query]. */
export function conditionalReference(reference: string): readonly [string, string] | undefined {
  const match = /^([A-Z][A-Za-z]+)\?(.+)$/.exec(reference);
  return match === null ? undefined : [match[1] ?? '', match[2] ?? ''];
}

/** Every distinct text of a `reference` property in the resource, at any depth. */
export function collectReferences(value: JsonValue | undefined, found: Set<string>): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') collectReferences(item, found);
    return;
  }
  for (const key in value) {
    const item = value[key];
    if (typeof item === 'object') collectReferences(item, found);
    else if (key === 'reference' && typeof item === 'string') found.add(item);
  }
}
