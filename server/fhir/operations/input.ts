import { fault } from '../../kernel/fault.ts';
import { isObject, numberText, type JsonObject } from '../../kernel/json.ts';
import { readQuery, single, type Query } from '../query.ts';
import type { FhirRequest } from '../request.ts';

/**
 * The parameters in the body of an operation; none without a body.
 * @throws Fault 400 when the body is no Parameters resource
 */
export function bodyParameters({ body }: FhirRequest): readonly JsonObject[] {
  if (body === undefined) return [];
  const list = isObject(body) && body.resourceType === 'Parameters' ? (body.parameter ?? []) : undefined;
  if (!Array.isArray(list) || !list.every(isObject)) {
    throw fault(
      'operation.badBody',
      400,
      'structure',
      'The body of an operation must be a Parameters resource, such as {"resourceType":"Parameters","parameter":[…]}.',
    );
  }
  return list;
}

/**
 * Parameters of primitive type, out of the URL and the body alike, as texts.
 * @throws Fault 400 for one that is not in `supported` or is not primitive
 */
export function primitiveInput(request: FhirRequest, supported: readonly string[]): Query {
  const input = new Map(readQuery(request, supported));
  for (const [index, parameter] of bodyParameters(request).entries()) {
    const { name } = parameter;
    const at = `Parameters.parameter[${index}]`;
    if (typeof name !== 'string' || !supported.includes(name)) {
      throw fault(
        'operation.unknownParameter',
        400,
        'not-supported',
        supported.length === 0
          ? 'The operation takes no parameters.'
          : `The operation takes the parameters ${supported.join(', ')}.`,
        at,
      );
    }
    const text = primitiveText(parameter);
    if (text === undefined) {
      throw fault('operation.badParameter', 400, 'value', `${name} needs one primitive value[x].`, at);
    }
    input.set(name, [...(input.get(name) ?? []), text]);
  }
  return input;
}

function primitiveText(parameter: JsonObject): string | undefined {
  const key = Object.keys(parameter).find((property) => property.startsWith('value'));
  const value = key === undefined ? undefined : parameter[key];
  if (typeof value === 'number') return numberText(parameter, key ?? '');
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : undefined;
}

export function flag(input: Query, name: string): boolean {
  const text = single(input, name) ?? 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw fault('operation.badBoolean', 400, 'value', `${name} must be true or false.`);
}
