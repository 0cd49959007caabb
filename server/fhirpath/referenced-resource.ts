import type { ResourceNode } from 'fhirpath';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';

const LITERAL = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/**
 * What is known of a reference's target without reading it: the contained resource itself, or a resource of the type and
 * id that the text names. `where(resolve() is Patient)` needs no more. Undefined when not even the type is known.
 */
export function referencedResource(node: ResourceNode): JsonObject | undefined {
  const value = node.data as JsonValue | undefined;
  if (!isObject(value)) return undefined;
  const { reference, type } = value;
  if (typeof reference === 'string') {
    if (reference.startsWith('#')) return containedResource(node, reference.slice(1));
    const [, resourceType, id] = LITERAL.exec(reference) ?? [];
    if (resourceType !== undefined && id !== undefined) return { resourceType, id };
  }
  return typeof type === 'string' && type !== '' ? { resourceType: type } : undefined;
}

function containedResource(node: ResourceNode, id: string): JsonObject | undefined {
  let root = node;
  while (root.parentResNode !== null) root = root.parentResNode;
  const { contained } = root.data as JsonObject;
  return Array.isArray(contained) ? contained.filter(isObject).find((resource) => resource.id === id) : undefined;
}
