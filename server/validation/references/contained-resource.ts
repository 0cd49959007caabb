import { isObject, type JsonArray, type JsonObject } from '../../kernel/json.ts';
import { shown } from '../walk.ts';

const MAX_IDS = 5;

/** Made once per list, unless that grows: a megabyte holds ten thousand resources and as many references to them. */
const indexes = new WeakMap<JsonArray, { readonly length: number; readonly byId: ReadonlyMap<string, JsonObject> }>();

/** The resource that `#id` means within a container; `#` is the container itself. */
export function containedResource(container: JsonObject, reference: string): JsonObject | undefined {
  if (reference === '#') return container;
  const { contained } = container;
  return Array.isArray(contained) ? byId(contained).get(reference.slice(1)) : undefined;
}

function byId(contained: JsonArray): ReadonlyMap<string, JsonObject> {
  const known = indexes.get(contained);
  if (known?.length === contained.length) return known.byId;
  const map = new Map<string, JsonObject>();
  for (const resource of contained) {
    if (isObject(resource) && typeof resource.id === 'string' && !map.has(resource.id)) map.set(resource.id, resource);
  }
  indexes.set(contained, { length: contained.length, byId: map });
  return map;
}

/** What could be referred to, for the text of an issue. */
export function containedIds({ contained }: JsonObject): string {
  if (!Array.isArray(contained)) return 'It contains none.';
  const ids = [...byId(contained).keys()].slice(0, MAX_IDS).map((id) => `#${shown(id)}`);
  return ids.length === 0 ? 'It contains none.' : `Contained are: ${ids.join(', ')}.`;
}
