import type { Resource } from '../data/resource.ts';
import { referenceCodes } from './parameters.ts';
import { follow, type World } from './world.ts';

export interface IncludeRule {
  readonly isReverse: boolean;
  readonly iterate: boolean;
  /** `Type:code[:Target]`, `Type:*`, `*`. */
  readonly value: string;
}

/** What comes along with the matches, without them. */
export function included(world: World, found: readonly Resource[], rules: readonly IncludeRule[]): readonly Resource[] {
  const result = new Set<Resource>();
  const add = (from: Iterable<Resource>, wanted: readonly IncludeRule[]): void => {
    for (const resource of [...from])
      for (const rule of wanted) for (const other of step(world, resource, rule)) result.add(other);
  };
  add(found, rules);
  for (let size = -1; size < result.size;) {
    size = result.size;
    add(
      result,
      rules.filter((rule) => rule.iterate),
    );
  }
  return [...result].filter((resource) => !found.includes(resource));
}

function step(world: World, resource: Resource, { isReverse, value }: IncludeRule): readonly Resource[] {
  if (!isReverse) return references(world, resource, value, undefined);
  return world.resources.filter((other) => references(world, other, value, resource).includes(resource));
}

function references(world: World, from: Resource, value: string, to: Resource | undefined): readonly Resource[] {
  const [type = '', code = '*', target] = value.split(':');
  if (type !== '*' && type !== from.resourceType) return [];
  if (to !== undefined && target !== undefined && target !== to.resourceType) return [];
  const codes = code === '*' ? referenceCodes(from.resourceType) : [code];
  return codes
    .flatMap((each) => follow(world, from, each))
    .filter((other) => target === undefined || other.resourceType === target);
}
