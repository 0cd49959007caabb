import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { FhirRequest } from '../request.ts';

const FHIR_TYPES: ReadonlySet<string> = new Set(['application/fhir+json', 'application/fhir+xml']);

/**
 * A body of any content type that is written to Binary, as the resource that holds it; undefined when the body is a
 * resource itself. A FHIR resource of another type is content like any other.
 * https://hl7.org/fhir/R4/binary.html#rest
 */
export function binaryFromRaw({ path, headers, bytes, body }: FhirRequest, id?: string): JsonObject | undefined {
  if (path[0] !== 'Binary' || bytes === undefined) return undefined;
  const { contentType = '', contentTypeHeader = 'application/octet-stream', securityContext } = headers;
  if (FHIR_TYPES.has(contentType) && isObject(body) && body.resourceType === 'Binary') return undefined;
  return {
    resourceType: 'Binary',
    ...(id === undefined ? {} : { id }),
    // A code may hold single spaces only.
    contentType: contentTypeHeader.replace(/\s+/g, ' '),
    ...(securityContext === undefined ? {} : { securityContext: { reference: securityContext } }),
    data: bytes.toString('base64'),
  };
}
