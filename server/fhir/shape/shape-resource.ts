import type { Definitions, TypeDef } from '../../definitions/definitions.ts';
import { fault } from '../../kernel/fault.ts';
import { EXACT, isObject, parseJson, stringifyJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Select } from './select.ts';
import type { Shape } from './shape-of.ts';

const LIMITS = { maxDepth: 256 };
const TAG_SYSTEM = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue';
const SUBSETTED = 'SUBSETTED';

/** Elements that every resource keeps. */
const ALWAYS: ReadonlySet<string> = new Set(['id', 'meta']);

/**
 * The wanted part of a resource, tagged as SUBSETTED; of a Bundle, that of each entry's resource.
 * @param text JSON text of a valid resource
 * @throws Fault 400 when a count is wanted of anything but a Bundle
 */
export function shapeResource(text: string, shape: Shape | undefined, definitions: Definitions): string {
  if (shape === undefined) return text;
  const resource = parseJson(text, LIMITS);
  if (!isObject(resource)) throw new Error('not a resource');
  return stringifyJson(shaped(resource, shape, definitions));
}

function shaped(resource: JsonObject, shape: Shape, definitions: Definitions): JsonObject {
  if (resource.resourceType === 'Bundle') return shapedBundle(resource, shape, definitions);
  if (shape.isCount) {
    throw fault(
      'rest.badShape',
      400,
      'value',
      '_summary=count is for searches; a resource takes true, text, data or false.',
    );
  }
  const type = typeof resource.resourceType === 'string' ? definitions.type(resource.resourceType) : undefined;
  return type === undefined ? resource : subset(resource, type, shape.selectOf(type.name), definitions);
}

function shapedBundle(bundle: JsonObject, shape: Shape, definitions: Definitions): JsonObject {
  if (shape.isCount) return { ...bundle, entry: undefined };
  if (!Array.isArray(bundle.entry)) return bundle;
  const entry = bundle.entry.map((item): JsonValue => {
    if (!isObject(item) || !isObject(item.resource)) return item;
    return { ...item, resource: shaped(item.resource, shape, definitions) };
  });
  return { ...bundle, entry };
}

function subset(resource: JsonObject, type: TypeDef, select: Select | undefined, definitions: Definitions): JsonObject {
  // An outcome tells about the request; half of it would help nobody.
  if (select === undefined || type.name === 'OperationOutcome') return resource;
  const part = partOf(resource, type, (property) => ALWAYS.has(property.property) || select(property), definitions);
  return { resourceType: type.name, ...part, meta: tagged(resource.meta) };
}

function partOf(source: JsonObject, type: TypeDef, select: Select, definitions: Definitions): JsonObject {
  const part: JsonObject = {};
  const exact = source[EXACT];
  if (exact !== undefined) part[EXACT] = exact;
  for (const key of Object.keys(source)) {
    const value = source[key];
    const property = type.properties.get(key.startsWith('_') ? key.slice(1) : key);
    if (value === undefined || property === undefined) continue;
    const wanted = select(property);
    if (wanted === false) continue;
    const kept = wanted === true ? value : narrowed(value, definitions.type(property.type.code), wanted, definitions);
    // Of a mandatory element no child may be wanted, but it must not disappear.
    if (kept !== undefined) part[key] = kept;
    else if (property.element.min > 0) part[key] = value;
  }
  return part;
}

/** What is wanted of an element's children; undefined when that is nothing. */
function narrowed(
  value: JsonValue,
  type: TypeDef | undefined,
  select: Select,
  definitions: Definitions,
): JsonValue | undefined {
  if (type === undefined || type.kind === 'primitive' || type.kind === 'resource') return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => narrowed(item, type, select, definitions)).filter((item) => item !== undefined);
    return items.length === 0 ? undefined : items;
  }
  if (!isObject(value)) return value;
  const part = partOf(value, type, select, definitions);
  return Object.keys(part).length === 0 ? undefined : part;
}

function tagged(meta: JsonValue | undefined): JsonObject {
  const known = isObject(meta) ? meta : {};
  const tags = Array.isArray(known.tag) ? known.tag : [];
  if (tags.some((tag) => isObject(tag) && tag.system === TAG_SYSTEM && tag.code === SUBSETTED)) return known;
  return { ...known, tag: [...tags, { system: TAG_SYSTEM, code: SUBSETTED }] };
}
