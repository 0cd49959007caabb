import { primitiveInput } from '../fhir/operations/input.ts';
import { readQuery, single, type Query } from '../fhir/query.ts';
import type { FhirRequest } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import { isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../kernel/json.ts';

/** https://graphql.org/learn/serving-over-http/ */
export interface GraphqlRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: JsonObject;
}

const PARAMETERS = ['query', 'operationName', 'variables'];

/**
 * The query in the URL, in a body of JSON or Parameters, or as the body itself (application/graphql).
 * @throws Fault 400
 */
export function readGraphqlRequest(request: FhirRequest): GraphqlRequest {
  const { body, bytes } = request;
  if (body === undefined && bytes !== undefined)
    return fromPairs(readQuery(request, PARAMETERS), bytes.toString('utf8'));
  if (isObject(body) && body.resourceType !== 'Parameters') return fromJson(body);
  return fromPairs(primitiveInput(request, PARAMETERS), undefined);
}

function fromPairs(input: Query, text: string | undefined): GraphqlRequest {
  const query = text ?? single(input, 'query');
  const variables = single(input, 'variables');
  return checked(query, single(input, 'operationName'), variables === undefined ? undefined : parsed(variables));
}

function fromJson({ query, operationName, variables, ...others }: JsonObject): GraphqlRequest {
  const [unknown] = Object.keys(others).filter((name) => name !== 'extensions');
  if (unknown !== undefined) throw badRequest(`It has ${unknown.slice(0, 64)}, which is none of them.`);
  return checked(query, operationName, variables);
}

function checked(
  query: JsonValue | undefined,
  operationName: JsonValue | undefined,
  variables: JsonValue | undefined,
): GraphqlRequest {
  if (typeof query !== 'string' || query === '') throw badRequest('query is missing.');
  const name = operationName ?? undefined;
  if (name !== undefined && typeof name !== 'string') throw badRequest('operationName must be a text.');
  const values = variables ?? {};
  if (!isObject(values)) throw badRequest('variables must be an object.');
  return { query, operationName: name, variables: values };
}

function parsed(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badRequest('variables must be a JSON object.');
    throw error;
  }
}

function badRequest(reason: string): Error {
  const text = `$graphql takes query, operationName and variables, in the URL or as a JSON object. ${reason}`;
  return fault('graphql.badRequest', 400, 'structure', text, 'http.body');
}
