import type { FhirHeaders, FhirRequest, FhirResponse, Method } from '../fhir/request.ts';
import { isObject, parseJson, type JsonObject } from '../kernel/json.ts';
import type { AnyResource } from '../sdk/resource.ts';

export interface Call {
  readonly method: Method;
  readonly path: readonly string[];
  readonly query?: string;
  readonly headers?: Partial<FhirHeaders>;
  readonly body?: AnyResource;
}

/** Deeper than what clients may send, since a stored resource must always be readable again. */
const STORED_LIMITS = { maxDepth: 256 };

export function requestOf({ method, path, query = '', headers = {}, body }: Call): FhirRequest {
  return {
    method,
    path,
    query,
    headers: { prefer: {}, accept: ['application/fhir+json'], contentType: 'application/fhir+json', ...headers },
    // Modules' resources are typed by the R4 definitions; JSON is what they are made of.
    ...(body === undefined ? {} : { body: body as unknown as JsonObject }),
  };
}

/** The resource of an answer; undefined when the caller may not see what they wrote. */
export function resourceIn({ text }: FhirResponse): JsonObject | undefined {
  if (text === undefined) return undefined;
  const resource = parseJson(text, STORED_LIMITS);
  return isObject(resource) ? resource : undefined;
}
