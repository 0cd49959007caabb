import { isObject, type JsonArray, type JsonObject } from '../../kernel/json.ts';
import { spend, type Env } from '../model/env.ts';
import { itemOf, resourceItem, type Item } from '../model/item.ts';
import type { FhirpathFunction } from './function.ts';

/**
 * `resolve()`: contained resources, entries of the Bundle around, and what the host knows. Of what nobody knows there is
 * nothing. https://hl7.org/fhir/R4/fhirpath.html#functions
 */
export const RESOLVE: FhirpathFunction = {
  arity: [0, 0],
  compile: (input) => (self, env) => {
    const items = input(self, env);
    spend(env, items.length);
    return items.flatMap((item) => resolved(item, env) ?? []);
  },
};

function resolved(item: Item, env: Env): Item | undefined {
  const { value } = item;
  const reference = isObject(value) ? value.reference : value;
  const type = isObject(value) && typeof value.type === 'string' && value.type !== '' ? value.type : undefined;
  const text = typeof reference === 'string' ? reference : undefined;
  if (text === undefined && type === undefined) return undefined;
  if (text?.startsWith('#') === true) return containedResource(item, text.slice(1), env);
  const inBundle = text === undefined ? undefined : entryResource(text, env);
  if (inBundle !== undefined) return inBundle;
  const found = env.host.resolve?.(text ?? '', type);
  return found === undefined ? undefined : resourceItem(found);
}

/** `#` alone is the resource that contains. */
function containedResource(item: Item, id: string, env: Env): Item | undefined {
  for (const root of [rootOf(item), ...env.resource, ...env.rootResource]) {
    if (!isObject(root.value)) continue;
    if (id === '' && root.value.resourceType !== undefined) return env.rootResource[0] ?? root;
    const { contained } = root.value;
    if (!Array.isArray(contained)) continue;
    const index = contained.findIndex((resource) => isObject(resource) && resource.id === id);
    const found = contained[index];
    if (isObject(found)) return placed(found, contained, index, root);
  }
  return undefined;
}

function placed(resource: JsonObject, parent: JsonArray, index: number, owner: Item): Item {
  return itemOf(resourceItem(resource).type, resource, undefined, parent, index, owner);
}

function rootOf(item: Item): Item {
  let root = item;
  while (root.owner !== undefined) root = root.owner;
  return root;
}

/** By `fullUrl`, or by type and id at its end. https://hl7.org/fhir/R4/bundle.html#references */
function entryResource(reference: string, env: Env): Item | undefined {
  const root = env.rootResource[0]?.value;
  if (!isObject(root) || root.resourceType !== 'Bundle' || !Array.isArray(root.entry)) return undefined;
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(reference);
  spend(env, root.entry.length);
  for (const entry of root.entry) {
    if (!isObject(entry) || !isObject(entry.resource) || typeof entry.fullUrl !== 'string') continue;
    const isMeant = isAbsolute ? entry.fullUrl === reference : entry.fullUrl.endsWith(`/${reference}`);
    if (isMeant) return resourceItem(entry.resource);
  }
  return undefined;
}
