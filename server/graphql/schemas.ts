import type { GraphQLSchema } from 'graphql';
import type { Engine } from '../fhir/engine.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import { createSchema } from './schema.ts';

interface Kept {
  readonly schema: GraphQLSchema;
  /** Resource types that are whole in it: each takes half a megabyte. */
  readonly size: number;
}

/** Whole types of all schemas that are kept together. */
const MAX_SIZE = 300;
/** What a schema takes besides its whole types, in such types. */
const BASE = 5;

const kept = new WeakMap<SearchRegistry, Map<string, Kept>>();
/** Of all types; it takes half a second to make. */
const whole = new WeakMap<SearchRegistry, GraphQLSchema>();

/** The schema for queries that name these types; see createSchema. */
export function schemaFor(
  { definitions, registry }: Pick<Engine, 'definitions' | 'registry'>,
  named: readonly string[],
  root: string | undefined,
): GraphQLSchema {
  if (named.length === definitions.resourceTypes.length) {
    const schema = whole.get(registry) ?? createSchema(definitions, registry, named, undefined);
    whole.set(registry, schema);
    return schema;
  }
  let schemas = kept.get(registry);
  if (schemas === undefined) kept.set(registry, (schemas = new Map<string, Kept>()));
  const all = root === undefined || named.includes(root) ? named : [...named, root];
  const key = `${root ?? ''} ${all.join(' ')}`;
  const found = schemas.get(key) ?? {
    schema: createSchema(definitions, registry, all, root),
    size: all.length + BASE,
  };
  // The one that was used last is last.
  schemas.delete(key);
  schemas.set(key, found);
  let size = 0;
  for (const each of schemas.values()) size += each.size;
  for (const [oldest, each] of schemas) {
    if (size <= MAX_SIZE) break;
    schemas.delete(oldest);
    size -= each.size;
  }
  return found.schema;
}
