import { GraphQLInt, GraphQLString, type GraphQLFieldConfigArgumentMap } from 'graphql';
import type { Definitions, PropertyDef } from '../definitions/definitions.ts';
import { fault } from '../kernel/fault.ts';
import { isObject, numberText, type JsonArray, type JsonObject } from '../kernel/json.ts';
import { createElementFilter } from './fhirpath-filter.ts';
import { FHIR_VALUE, fhirValues } from './scalars.ts';

/** Arguments that take a part of a repeating element. https://hl7.org/fhir/R4/graphql.html#list */
export type ListArguments = Readonly<Record<string, unknown>>;

const CONTROLS = { _offset: { type: GraphQLInt }, _count: { type: GraphQLInt }, fhirpath: { type: GraphQLString } };
const NAMES: ReadonlySet<string> = new Set(Object.keys(CONTROLS));

/** A repeating element can be asked by the primitive parts of its items: `name(use: official)`. */
export function listArguments(definitions: Definitions, { type }: PropertyDef): GraphQLFieldConfigArgumentMap {
  const parts = [...(definitions.type(type.code)?.properties.values() ?? [])].filter(
    ({ element, type: part }) => definitions.type(part.code)?.kind === 'primitive' && element.max === 1,
  );
  return { ...Object.fromEntries(parts.map(({ property }) => [property, { type: FHIR_VALUE }])), ...CONTROLS };
}

/**
 * The items that the arguments ask for.
 * @throws Fault for an argument that cannot be
 */
export function chosenItems(
  definitions: Definitions,
  { type }: PropertyDef,
  items: JsonArray,
  owner: JsonObject,
  args: ListArguments,
): readonly JsonObject[] {
  let chosen = items.filter((item) => isObject(item));
  for (const [name, value] of Object.entries(args)) {
    if (NAMES.has(name)) continue;
    for (const text of fhirValues(value)) chosen = chosen.filter((item) => textOf(item, name) === text);
  }
  const { fhirpath, _offset: offset, _count: count } = args;
  if (typeof fhirpath === 'string')
    chosen = chosen.filter(createElementFilter(definitions, fhirpath, type.code, owner));
  const start = sizeOf('_offset', offset) ?? 0;
  const size = sizeOf('_count', count);
  return start === 0 && size === undefined
    ? chosen
    : chosen.slice(start, size === undefined ? undefined : start + size);
}

function textOf(item: JsonObject, name: string): string | undefined {
  const value = item[name];
  if (typeof value === 'number') return numberText(item, name);
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : undefined;
}

function sizeOf(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 0) return value;
  throw fault('graphql.badSize', 400, 'value', `${name} must be 0 or more.`);
}
