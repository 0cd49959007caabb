import { visit, type DocumentNode } from 'graphql';
import { fault } from '../kernel/fault.ts';
import { asksForSchema } from './introspection.ts';
import type { Definitions } from '../definitions/definitions.ts';

const SEARCHES = ['List', 'Connection', 'Edge'];

/** Each costs milliseconds and half a megabyte: what is known of it is made for the query. */
const MAX_NAMED = 40;

/**
 * Resource types that a query names, sorted; all of them for one that asks what there is.
 * @throws Fault 422 for a query that names too many
 */
export function namedTypes({ resourceTypes, isResourceType }: Definitions, document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Name({ value }) {
      names.add(value);
    },
  });
  if (asksForSchema(document)) return resourceTypes;
  const types = new Set<string>();
  for (const name of names) {
    if (isResourceType(name)) types.add(name);
    for (const suffix of SEARCHES) {
      const type = name.endsWith(suffix) ? name.slice(0, -suffix.length) : '';
      if (isResourceType(type)) types.add(type);
    }
  }
  if (types.size > MAX_NAMED) throw tooMany(types.size);
  return [...types].sort();
}

function tooMany(count: number): Error {
  const text = `The query names ${count} resource types; at most ${MAX_NAMED} are answered together.`;
  return fault('graphql.tooLarge', 422, 'too-costly', text);
}
