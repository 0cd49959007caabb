import { fault, type Fault } from '../kernel/fault.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import { fhirValues } from './scalars.ts';
import { resourceNode, type GraphContext, type GraphNode } from './graph-context.ts';

export interface ReferenceArguments {
  readonly optional?: boolean | null;
  /** FHIR values. */
  readonly type?: unknown;
}

/**
 * The resource that a Reference points to, as the caller may see it.
 * @throws Fault 404 when it cannot be had, unless that may be
 */
export async function resolveReference(
  { json, owner }: GraphNode,
  { optional, type }: ReferenceArguments,
  context: GraphContext,
): Promise<GraphNode | null> {
  if (!context.budget.field()) return null;
  const types = type === undefined || type === null ? undefined : fhirValues(type);
  const { reference } = json;
  if (typeof reference !== 'string') return absent(optional, 'It has no literal reference.');
  const found = reference.startsWith('#')
    ? contained(reference.slice(1), owner)
    : await literal(reference, types, context);
  if (found === undefined) return absent(optional, 'What it refers to is not here, or may not be seen.');
  return found === 'other' || !isWanted(found.json, types) ? null : found;
}

function contained(id: string, owner: JsonObject): GraphNode | undefined {
  const resources = Array.isArray(owner.contained) ? owner.contained.filter(isObject) : [];
  const found = id === '' ? owner : resources.find((resource) => resource.id === id);
  return found === undefined ? undefined : { json: found, owner };
}

/** `other`: one of a type that is not wanted, which is not looked up. */
async function literal(
  reference: string,
  types: readonly string[] | undefined,
  { read, readReference }: GraphContext,
): Promise<GraphNode | 'other' | undefined> {
  const { type, id } = readReference(reference) ?? {};
  if (type === undefined || id === undefined) return undefined;
  if (types?.includes(type) === false) return 'other';
  const resource = await read(type, id);
  return resource === undefined ? undefined : resourceNode(resource);
}

function isWanted({ resourceType }: JsonObject, types: readonly string[] | undefined): boolean {
  return types?.includes(String(resourceType)) ?? true;
}

function absent(optional: boolean | null | undefined, text: string): null {
  if (optional === true) return null;
  throw unresolved(text);
}

function unresolved(text: string): Fault {
  return fault(
    'graphql.unresolved',
    404,
    'not-found',
    `A reference cannot be resolved. ${text} resource(optional: true) allows it.`,
  );
}
