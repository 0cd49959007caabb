import type { Definitions, TypeDef } from '../../definitions/definitions.ts';
import { EXACT, isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/**
 * The resource without the elements at the paths, whatever types a choice has there; what then is empty goes too.
 * @param paths `Patient.identifier`, `Patient.contact.name`, `Observation.value` (or `value[x]`); those of other types
 * mean nothing here
 */
export function withoutPaths(definitions: Definitions, resource: JsonObject, paths: readonly string[]): JsonObject {
  const type = typeof resource.resourceType === 'string' ? definitions.type(resource.resourceType) : undefined;
  if (type === undefined) return resource;
  let left = resource;
  for (const path of paths) {
    const [name, ...steps] = path.replaceAll('[x]', '').split('.');
    if (name === type.name && steps.length > 0)
      left = withoutPath(definitions, left, type, steps) ?? { resourceType: type.name };
  }
  return left;
}

/** An object of a resource without the element at the steps below it; undefined when nothing is left. */
export function withoutPath(
  definitions: Definitions,
  source: JsonObject,
  type: TypeDef,
  [step, ...deeper]: readonly string[],
): JsonObject | undefined {
  const left: JsonObject = {};
  const exact = source[EXACT];
  if (exact !== undefined) left[EXACT] = exact;
  for (const key of Object.keys(source)) {
    const value = source[key];
    const property = type.properties.get(key.startsWith('_') ? key.slice(1) : key);
    if (value === undefined) continue;
    const isOther = property === undefined || property.element.name !== step;
    const kept = isOther ? value : withoutInside(definitions, value, property.type.code, deeper);
    if (kept !== undefined) left[key] = kept;
  }
  return Object.keys(left).length === 0 ? undefined : left;
}

function withoutInside(
  definitions: Definitions,
  value: JsonValue,
  typeName: string,
  steps: readonly string[],
): JsonValue | undefined {
  const type = steps.length === 0 ? undefined : definitions.type(typeName);
  if (type === undefined) return undefined;
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutInside(definitions, item, typeName, steps));
    const kept = items.filter((item) => item !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  return isObject(value) ? withoutPath(definitions, value, type, steps) : value;
}
