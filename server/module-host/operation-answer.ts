import type { FhirResponse } from '../fhir/request.ts';
import { stringifyJson, type JsonObject } from '../kernel/json.ts';
import type { OperationAnswer, ParameterDefinitions } from '../sdk/operation.ts';
import { parameterOf } from './parameter-value.ts';

/**
 * What an operation of a module answers: a resource as it is, other objects as Parameters in the order of the declared
 * output; 204 where none is declared. https://hl7.org/fhir/R4/operations.html#response
 * @throws Error for an answer that is not as declared, which is a mistake in the module
 */
export function operationAnswer(answer: OperationAnswer, declared: ParameterDefinitions): FhirResponse {
  if ('resourceType' in answer)
    return { status: 200, headers: {}, text: stringifyJson(answer as unknown as JsonObject) };
  const unknown = Object.keys(answer).find((name) => !Object.hasOwn(declared, name));
  if (unknown !== undefined) throw new Error(`the output ${unknown} is not declared`);
  if (Object.keys(declared).length === 0) return { status: 204, headers: {} };
  const parameter = Object.entries(declared).flatMap(([name, definition]) => {
    const value: unknown = answer[name];
    const values: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
    if (values.length < (definition.min ?? 0)) throw new Error(`the output ${name} is missing`);
    if (values.length > 1 && definition.max !== '*') throw new Error(`the output ${name} is declared to come once`);
    return values.map((each) => parameterOf(name, definition, each));
  });
  return { status: 200, headers: {}, text: stringifyJson(parametersResource(parameter)) };
}

/** FHIR knows no empty arrays. */
function parametersResource(parameter: JsonObject[]): JsonObject {
  return { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
}
