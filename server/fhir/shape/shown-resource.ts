import type { Access } from '../../access/access.ts';
import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, parseJson, stringifyJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { withoutPaths } from './without-paths.ts';

const LIMITS = { maxDepth: 256 };
const LABEL_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue';
const REDACTED = { system: LABEL_SYSTEM, code: 'REDACTED', display: 'redacted' };
const TYPE_INSIDE = /"resourceType":"([A-Za-z]+)"/g;

/** By its function `hidden`, which equal principals share. */
const hiding = new WeakMap<Access['hidden'], boolean>();

/** JSON text of a stored resource as the caller may see it; the same text when nothing of it is hidden from them. */
export function shownText(definitions: Definitions, access: Access, text: string): string {
  if (!hidesAnything(definitions, access) || !typesIn(text).some((type) => access.hidden(type).length > 0)) return text;
  const resource = parseJson(text, LIMITS);
  if (!isObject(resource)) throw new Error('not a resource');
  return stringifyJson(shownResource(definitions, access, resource));
}

/**
 * A stored resource as the caller may see it: without the elements that are hidden from them, also in the resources that
 * it holds, without its narrative then, and labelled as REDACTED. The label tells that elements of this kind are hidden,
 * never whether there were any.
 */
export function shownResource(definitions: Definitions, access: Access, resource: JsonObject): JsonObject {
  if (!hidesAnything(definitions, access)) return resource;
  const inside = shownInside(definitions, access, resource);
  return redacted(definitions, inside, access.hiddenIn(resource), inside !== resource);
}

/** Of the held ones, which are nobody's by themselves, everything is hidden that is hidden in any of their type. */
function shownHeld(definitions: Definitions, access: Access, resource: JsonObject): JsonObject {
  const inside = shownInside(definitions, access, resource);
  return redacted(definitions, inside, access.hidden(String(resource.resourceType)), inside !== resource);
}

function redacted(
  definitions: Definitions,
  resource: JsonObject,
  paths: readonly string[],
  isRedactedInside: boolean,
): JsonObject {
  if (paths.length === 0 && !isRedactedInside) return resource;
  const { text: _narrative, ...rest } = withoutPaths(definitions, resource, paths);
  const { resourceType, id, ...others } = rest;
  const meta = isObject(rest.meta) ? rest.meta : {};
  const security = Array.isArray(meta.security) ? meta.security : [];
  return {
    ...(resourceType === undefined ? {} : { resourceType }),
    ...(id === undefined ? {} : { id }),
    ...others,
    meta: { ...meta, security: [...security, REDACTED] },
  };
}

/** The same object when no resource inside had anything hidden. */
function shownInside(definitions: Definitions, access: Access, object: JsonObject): JsonObject {
  let copy: JsonObject | undefined;
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (typeof value !== 'object' || value === null) continue;
    const shown = shownValue(definitions, access, value);
    if (shown !== value) (copy ??= { ...object })[key] = shown;
  }
  return copy ?? object;
}

function shownValue(definitions: Definitions, access: Access, value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map((item) => shownValue(definitions, access, item));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  return typeof value.resourceType === 'string'
    ? shownHeld(definitions, access, value)
    : shownInside(definitions, access, value);
}

function hidesAnything({ resourceTypes }: Definitions, access: Access): boolean {
  if (access.isUnrestricted) return false;
  let known = hiding.get(access.hidden);
  if (known === undefined) {
    known = resourceTypes.some((type) => access.hidden(type).length > 0);
    hiding.set(access.hidden, known);
  }
  return known;
}

/** Of the resource and of those that it holds. */
function typesIn(text: string): string[] {
  return [...text.matchAll(TYPE_INSIDE)].map(([, type = '']) => type);
}
