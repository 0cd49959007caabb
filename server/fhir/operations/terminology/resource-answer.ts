import { stringifyJson, type JsonObject } from '../../../kernel/json.ts';
import type { FhirResponse } from '../../request.ts';

export function resourceAnswer(resource: JsonObject): FhirResponse {
  return { status: 200, headers: {}, text: stringifyJson(resource) };
}
