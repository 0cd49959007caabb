import type { Resource } from '../data/resource.ts';
import { field } from './json.ts';
import { normalReference } from './own-reference.ts';
import { findParameter } from './parameters.ts';
import { tokenMatches } from './token.ts';
import { valuesOf } from './values.ts';
import { follow, keyOf, pointsTo, type World } from './world.ts';

const ID = /^[A-Za-z0-9.-]{1,64}$/;
const TYPE = /^[A-Z]/;

/** https://hl7.org/fhir/R4/search.html#reference */
export function referenceMatches(
  world: World,
  resource: Resource,
  code: string,
  modifier: string,
  wanted: string,
): boolean {
  if (modifier === 'identifier') {
    const { expression = '' } = findParameter(resource.resourceType, code) ?? {};
    return valuesOf(resource, expression).some(({ data }) =>
      tokenMatches({ type: 'Identifier', data: field(data, 'identifier') }, undefined, wanted),
    );
  }
  const targets = pointsTo(resource, code);
  if (modifier === 'below' || modifier === 'above')
    return targets.some((target) => inHierarchy(world, target, modifier, wanted));
  return targets.some((target) => pointsAt(target, TYPE.test(modifier) ? modifier : '', wanted));
}

function pointsAt(target: string, type: string, wanted: string): boolean {
  if (!ID.test(wanted)) return target === normalReference(wanted);
  return (
    new RegExp(`^${type === '' ? '[A-Za-z]+' : type}/`).test(target) &&
    target.split('/')[1] === wanted &&
    target.split('/').length === 2
  );
}

/** `below`: the target is the wanted one or part of it; `above`: the wanted one is the target or part of it. */
function inHierarchy(world: World, target: string, direction: string, wanted: string): boolean {
  if (direction === 'below') return family(world, target).some((key) => pointsAt(key, '', wanted));
  const starts = [...world.byKey.keys()].filter((key) => pointsAt(key, '', wanted));
  return starts.some((key) => family(world, key).includes(target));
}

/** A resource and all that it is part of. */
function family(world: World, start: string): readonly string[] {
  const found = new Set([start]);
  for (const key of found) for (const parent of parents(world, key)) found.add(parent);
  return [...found];
}

function parents(world: World, key: string): readonly string[] {
  const resource = world.byKey.get(key);
  const code = ['partof', 'part-of'].find(
    (name) => resource && findParameter(resource.resourceType, name) !== undefined,
  );
  return resource === undefined || code === undefined ? [] : follow(world, resource, code).map(keyOf);
}
