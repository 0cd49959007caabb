import type { Resource } from '../data/resource.ts';
import { findParameter } from './parameters.ts';
import { text } from './json.ts';
import { normalReference } from './own-reference.ts';
import { valuesOf } from './values.ts';

/** All resources there are. */
export interface World {
  readonly resources: readonly Resource[];
  /** By `Type/id`. */
  readonly byKey: ReadonlyMap<string, Resource>;
}

export function createWorld(resources: readonly Resource[]): World {
  return { resources, byKey: new Map(resources.map((resource) => [keyOf(resource), resource])) };
}

export function keyOf({ resourceType, id }: Resource): string {
  return `${resourceType}/${id}`;
}

/** What a reference parameter of a resource points to: `Type/id`, URLs, canonicals with and without version. */
export function pointsTo(resource: Resource, code: string): readonly string[] {
  const parameter = findParameter(resource.resourceType, code);
  if (parameter === undefined) throw new RangeError(`${resource.resourceType} has no parameter ${code}`);
  return valuesOf(resource, parameter.expression).flatMap(({ data }) => {
    if (typeof data === 'string') return [data, data.split('|')[0] ?? ''];
    const reference = text(data, 'reference');
    return reference === undefined || reference.startsWith('#') ? [] : [normalReference(reference)];
  });
}

/** The resources of this world that a reference parameter leads to, canonicals included. */
export function follow(world: World, resource: Resource, code: string): readonly Resource[] {
  return pointsTo(resource, code).flatMap((target) => {
    const found = world.byKey.get(target);
    return found === undefined ? world.resources.filter((other) => other.url === target) : [found];
  });
}
