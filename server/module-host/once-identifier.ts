import type { Definitions } from '../definitions/definitions.ts';
import type { ResourceOf, TypeName } from '../sdk/resource.ts';

/** System of the identifiers by which code of modules knows what it made. */
const SYSTEM = 'https://athanor.health/fhir/sid/once';

export function onceCriteria(key: string): string {
  return `identifier=${encodeURIComponent(`${SYSTEM}|${escaped(key)}`)}`;
}

/**
 * The resource with the key among its identifiers.
 * @throws Error for types without identifiers
 */
export function withOnceIdentifier<T extends TypeName>(
  { type }: Definitions,
  resource: ResourceOf<T>,
  key: string,
): ResourceOf<T> {
  const element = type(resource.resourceType)?.elements.find(({ name }) => name === 'identifier');
  if (element === undefined) {
    throw new Error(
      `${resource.resourceType} has no identifier, so that it cannot be created once; update it under an id`,
    );
  }
  const identifier = { system: SYSTEM, value: key };
  if (element.max === 1) return { ...resource, identifier } as unknown as ResourceOf<T>;
  const others: readonly unknown[] =
    'identifier' in resource && Array.isArray(resource.identifier) ? resource.identifier : [];
  return { ...resource, identifier: [...others, identifier] } as unknown as ResourceOf<T>;
}

/** Values of search parameters escape what separates them. https://hl7.org/fhir/R4/search.html#escaping */
function escaped(key: string): string {
  return key.replace(/[\\|,$]/g, '\\$&');
}
