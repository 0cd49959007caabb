import { isDeepStrictEqual } from 'node:util';
import type { Definitions } from '../definitions/definitions.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { Grant } from './grant.ts';
import { pathsOf, sharedPaths } from './masks.ts';
import { compileConstraint, type Write } from './write-constraint.ts';

/**
 * Why none of the grants lets a write pass; undefined: one of them does.
 * @param grants those that select both versions
 */
export function writeRefusal(definitions: Definitions, grants: readonly Grant[], write: Write): string | undefined {
  if (grants.length === 0) return 'Your roles do not let you turn this version into that one.';
  const holding = grants.filter(
    ({ writeConstraint }) => writeConstraint === undefined || compileConstraint(writeConstraint, definitions)(write),
  );
  if (holding.length === 0) {
    const constraints = [...new Set(grants.map(({ writeConstraint = '' }) => writeConstraint))].join('; or: ');
    return `Your roles let you write this only when: ${constraints}`;
  }
  const { before, after } = write;
  const type = String(after.resourceType);
  if (before === undefined) return undefined;
  const changed = sharedPaths(holding.map((grant) => pathsOf(grant.readonly, type))).filter(
    (path) => !isDeepStrictEqual(valueAt(definitions, before, path), valueAt(definitions, after, path)),
  );
  return changed.length === 0 ? undefined : `Your roles do not let you change ${changed.join(', ')}.`;
}

/** Everything that stands under a path, with the companions of primitives and the types of choices. */
function valueAt(definitions: Definitions, resource: JsonObject, path: string): readonly JsonValue[] {
  const [type = '', ...names] = path.split('.');
  let places: readonly Place[] = [{ value: resource, type }];
  for (const name of names) places = places.flatMap((place) => membersOf(definitions, place, name));
  return places.flatMap(({ type: found, value }) => [found, value]);
}

interface Place {
  readonly value: JsonValue;
  /** Its FHIR type. */
  readonly type: string;
}

function membersOf(definitions: Definitions, { value, type }: Place, name: string): readonly Place[] {
  if (Array.isArray(value)) return value.flatMap((item) => membersOf(definitions, { value: item, type }, name));
  if (!isObject(value)) return [];
  const properties = definitions.type(type)?.properties;
  return Object.entries(value).flatMap(([key, found]): readonly Place[] => {
    const property = properties?.get(key.startsWith('_') ? key.slice(1) : key);
    return found !== undefined && property?.element.name === name ? [{ value: found, type: property.type.code }] : [];
  });
}
