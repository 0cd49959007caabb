import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { bundleIndex } from '../bundle/bundle-index.ts';
import type { Item } from './item.ts';
import { rootResourceOf, type ResourcePlace, type Walk } from '../walk.ts';

/**
 * Where a resource stands that was reached by a reference, so that its own references are resolved from there; undefined
 * for what is no resource, and for the one that is being checked.
 */
export function targetPlace(value: JsonValue | undefined, walk: Walk): ResourcePlace | undefined {
  if (!isObject(value) || typeof value.resourceType !== 'string') return undefined;
  const { resources, path } = walk;
  if (resources.at(-1)?.resource === value) return undefined;
  const common = { resource: value, depth: path.length };
  const root = rootResourceOf(walk);
  if (Array.isArray(root.contained) && root.contained.includes(value)) {
    return { ...common, isContained: true, owner: root };
  }
  const owner = ownerOf(value, walk);
  return { ...common, isContained: false, ...(owner === undefined ? {} : { owner }) };
}

/** Where a resource stands that an element holds (Bundle.entry.resource, contained); undefined for other values. */
export function heldPlace({ value, owner }: Item, walk: Walk): ResourcePlace | undefined {
  if (!isObject(value) || typeof value.resourceType !== 'string') return undefined;
  const outer = walk.resources.at(-1)?.resource;
  if (outer === undefined || outer === value) return undefined;
  const common = { resource: value, depth: walk.path.length };
  return Array.isArray(owner)
    ? { ...common, isContained: owner === outer.contained, owner: outer }
    : { ...common, isContained: false, owner };
}

/** The entry of the innermost Bundle that holds the resource. */
function ownerOf(resource: JsonObject, walk: Walk): JsonObject | undefined {
  const { resources } = walk;
  for (let at = resources.length - 1; at >= 0; at -= 1) {
    const outer = resources[at]?.resource;
    if (outer?.resourceType !== 'Bundle') continue;
    const index = bundleIndex(outer, walk);
    const named = index.ofId(String(resource.resourceType), String(resource.id));
    const entries = named.length > 0 ? named : index.entries;
    const owner = entries.find((entry) => entry.resource === resource)?.entry;
    if (owner !== undefined) return owner;
  }
  return undefined;
}
