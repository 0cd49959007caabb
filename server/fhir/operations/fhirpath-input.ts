import { itemOf, resourceItem, type Item, type Items } from '../../fhirpath/model/item.ts';
import { fault } from '../../kernel/fault.ts';
import { isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { single } from '../query.ts';
import { bodyParameters, primitiveInput } from './input.ts';
import type { OperationCall } from './operation.ts';

export interface FhirpathInput {
  readonly expression: string;
  /** Expression that selects what the other one is evaluated on. */
  readonly context: string | undefined;
  readonly resource: JsonObject | undefined;
  readonly variables: ReadonlyMap<string, Items>;
}

const TEXTS = ['expression', 'context'];

/** @throws Fault 400 without an expression, for unknown parameters, and for a resource that is none */
export function readFhirpathInput({ request }: OperationCall): FhirpathInput {
  const parameters = bodyParameters(request);
  const parameter = parameters.filter(({ name }) => name !== 'resource' && name !== 'variables');
  const input = primitiveInput({ ...request, body: { resourceType: 'Parameters', parameter } }, TEXTS);
  const expression = single(input, 'expression');
  if (expression === undefined) {
    const text = 'The operation needs the parameter expression, such as Patient.name.given.';
    throw fault('fhirpath.noExpression', 400, 'required', text, 'expression');
  }
  const [resource, ...more] = parameters.filter(({ name }) => name === 'resource');
  if (more.length > 0) throw badResource('The parameter resource may be given once.');
  return {
    expression,
    context: single(input, 'context'),
    resource: resource === undefined ? undefined : resourceIn(resource),
    variables: variablesIn(parameters.filter(({ name }) => name === 'variables')),
  };
}

function resourceIn({ resource, valueString }: JsonObject): JsonObject {
  const found = typeof valueString === 'string' ? parsed(valueString) : resource;
  if (isObject(found) && typeof found.resourceType === 'string') return found;
  throw badResource('The parameter resource must hold a resource, or its JSON as valueString.');
}

function parsed(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badResource(`The valueString is no JSON: ${error.message} (line ${error.line}, column ${error.column}).`);
  }
}

function badResource(text: string): Error {
  return fault('fhirpath.badResource', 400, 'structure', text, 'resource');
}

/** Parts of one name are the values of one variable. */
function variablesIn(parameters: readonly JsonObject[]): ReadonlyMap<string, Items> {
  const variables = new Map<string, Item[]>();
  for (const part of parameters.flatMap((parameter) => (Array.isArray(parameter.part) ? parameter.part : []))) {
    if (!isObject(part) || typeof part.name !== 'string') {
      throw fault(
        'fhirpath.badVariable',
        400,
        'structure',
        'Each part of variables needs a name and a value.',
        'variables',
      );
    }
    const values = variables.get(part.name) ?? [];
    variables.set(part.name, [...values, ...valueIn(part)]);
  }
  return variables;
}

function valueIn(part: JsonObject): Items {
  if (isObject(part.resource)) return [resourceItem(part.resource)];
  const property = Object.keys(part).find((key) => key.startsWith('value'));
  if (property === undefined) return [];
  // valueString holds a string, valueQuantity a Quantity.
  const name = property.slice('value'.length);
  const value = part[property];
  const type = isObject(value) ? name : name.charAt(0).toLowerCase() + name.slice(1);
  const companion = part[`_${property}`];
  return [itemOf(type, value ?? undefined, isObject(companion) ? companion : undefined, part, property, undefined)];
}
