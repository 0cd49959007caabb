import type { FhirResponse } from '../../fhir/request.ts';
import { stringifyJson, type JsonObject } from '../../kernel/json.ts';

export const DEFINITION = 'https://athanor.health/fhir/OperationDefinition';

export function parametersOf(parameter: JsonObject[]): FhirResponse {
  const resource = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
  return { status: 200, headers: {}, text: stringifyJson(resource) };
}

export function resourceAnswer(resource: JsonObject): FhirResponse {
  return { status: 200, headers: {}, text: stringifyJson(resource) };
}
