import { GraphQLList, GraphQLNonNull, GraphQLString, type GraphQLFieldConfigArgumentMap } from 'graphql';
import { COMMON_PARAMS } from '../fhir/capability/search-capability.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import { FHIR_VALUE } from './scalars.ts';

/** What says how to answer. */
const CONTROLS = ['_count', '_sort'];
/** Their names hold what GraphQL's names cannot. */
const UNNAMEABLE = ['_has'];

const values = { type: new GraphQLList(new GraphQLNonNull(FHIR_VALUE)) };

const known = new WeakMap<SearchRegistry, Map<string, ReadonlyMap<string, string>>>();

/**
 * Code of the search parameter by argument: `clinical_status` is `clinical-status`.
 * https://hl7.org/fhir/R4/graphql.html#searching
 */
export function argumentCodes(registry: SearchRegistry, type: string): ReadonlyMap<string, string> {
  let byType = known.get(registry);
  if (byType === undefined) known.set(registry, (byType = new Map<string, ReadonlyMap<string, string>>()));
  let codes = byType.get(type);
  if (codes === undefined) {
    const common = COMMON_PARAMS.map(({ name }) => name).filter((name) => !UNNAMEABLE.includes(name));
    const own = registry.params(type).flatMap(({ code, status }) => (status === 'active' ? [code] : []));
    const all = [...common, ...own, ...CONTROLS].filter((code) => /^[A-Za-z_][\w-]*$/.test(code));
    byType.set(type, (codes = new Map(all.map((code) => [code.replaceAll('-', '_'), code]))));
  }
  return codes;
}

export function searchArguments(registry: SearchRegistry, type: string): GraphQLFieldConfigArgumentMap {
  return Object.fromEntries([...argumentCodes(registry, type).keys()].map((name) => [name, values]));
}

/** Those that every search has and that say the most. */
export const commonArguments: GraphQLFieldConfigArgumentMap = {
  _filter: values,
  _count: values,
  _sort: values,
};

/** The reverse of a reference: which parameter of the type leads back. */
export const REFERENCE_ARGUMENT = '_reference';
export const referenceArgument = { [REFERENCE_ARGUMENT]: { type: new GraphQLNonNull(FHIR_VALUE) } };

/** Continues a search from the outside of a query. */
export const CURSOR_ARGUMENT = '_cursor';
export const cursorArgument = { [CURSOR_ARGUMENT]: { type: GraphQLString } };
