import type { Resource } from '../data/resource.ts';
import { filterMatches } from './filter.ts';
import { included, type IncludeRule } from './includes.ts';
import { matches } from './matches.ts';
import { compareBy } from './sort.ts';
import { keyOf, type World } from './world.ts';

export interface Verdict {
  /** `Type/id` of what matches, sorted by that text. */
  readonly matches: readonly string[];
  /** `Type/id` of what `_include` and `_revinclude` add, sorted by that text. */
  readonly included: readonly string[];
  /** Whether answers may stand in this order; true without `_sort`. */
  isOrdered(keys: readonly string[]): boolean;
}

/**
 * Decides what a search must find, by the words of https://hl7.org/fhir/R4/search.html: slow, obvious, and without
 * anything of the server's own search.
 * @param url `Patient?name=x`, or `?_type=Patient,Person&_id=x` for a search on the system
 */
export function judge(world: World, url: string): Verdict {
  const [type = '', query = ''] = url.split(/\?(.*)/s);
  const parameters = [...new URLSearchParams(query)].filter(([, value]) => value !== '');
  const types = type === '' ? (parameters.find(([name]) => name === '_type')?.[1].split(',') ?? []) : [type];
  const found = world.resources.filter(
    (resource) =>
      (types.length === 0 || types.includes(resource.resourceType)) &&
      parameters.every(([name, value]) => isControl(name) || holds(world, resource, name, value)),
  );
  const sort = parameters.flatMap(([name, value]) => (name === '_sort' ? [value] : [])).join(',');
  return {
    matches: found.map(keyOf).sort(),
    included: included(world, found, parameters.flatMap(includeRule)).map(keyOf).sort(),
    isOrdered: (keys) =>
      sort === '' ||
      isOrdered(
        keys.map((key) => world.byKey.get(key)),
        sort,
      ),
  };
}

function holds(world: World, resource: Resource, name: string, value: string): boolean {
  return name === '_filter' ? filterMatches(world, resource, value) : matches(world, resource, name, value);
}

function isControl(name: string): boolean {
  return /^_(type|sort|count|total|include|revinclude|elements|summary)(:|$)/.test(name);
}

function includeRule([name, value]: readonly [string, string]): IncludeRule[] {
  const [code = '', modifier] = name.split(':');
  if (code !== '_include' && code !== '_revinclude') return [];
  return [{ isReverse: code === '_revinclude', iterate: modifier === 'iterate', value }];
}

function isOrdered(resources: readonly (Resource | undefined)[], sort: string): boolean {
  const compare = compareBy(sort);
  return resources.every((resource, index) => {
    const next = resources[index + 1];
    return resource === undefined || next === undefined || compare(resource, next) <= 0;
  });
}
