import { isObject, parseJson } from '../../kernel/json.ts';
import { queryPairs } from '../../search/parse/query-pairs.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';

/** A content type that may stand in a header as it is. */
const SAFE_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(?:;[\x20-\x7e]{1,255})?$/;
const FALLBACK_TYPE = 'application/octet-stream';

/** What asks for the resource by its FHIR media type, and what may also mean it. */
const FHIR_TYPES: ReadonlySet<string> = new Set(['application/fhir+json', 'application/fhir+xml']);
const RESOURCE_TYPES: ReadonlySet<string> = new Set(['application/json', 'text/json', 'application/xml', 'text/xml']);

/**
 * The content of a Binary, for a client that does not ask for the resource: neither by `_format` nor by a FHIR type in
 * Accept. `application/json` and the like mean the resource unless the content is of that type.
 * https://hl7.org/fhir/R4/binary.html#rest
 * @param text JSON text of the Binary
 */
export function rawFromBinary(request: FhirRequest, text: string): FhirResponse['raw'] | undefined {
  // The usual cases are decided without looking into a text of megabytes.
  if (asksForResource(request)) return undefined;
  const { accept } = request.headers;
  const binary = parseJson(text, { maxDepth: 256 });
  if (!isObject(binary)) return undefined;
  const stored = typeof binary.contentType === 'string' ? binary.contentType.trim() : FALLBACK_TYPE;
  const contentType = SAFE_TYPE.test(stored) ? stored : FALLBACK_TYPE;
  if (!wantsContent(accept, contentType)) return undefined;
  const data = typeof binary.data === 'string' ? binary.data : '';
  return { bytes: Buffer.from(data, 'base64'), contentType };
}

/** Whether a client asks for the resource and not for its content: by `_format`, or by a FHIR type in Accept. */
export function asksForResource({ headers, query }: FhirRequest): boolean {
  return FHIR_TYPES.has(headers.accept[0] ?? '') || asksForFormat(query);
}

function asksForFormat(query: string): boolean {
  return query.includes('_format') && queryPairs(query).some(({ name, value }) => name === '_format' && value !== '');
}

function wantsContent(accept: readonly string[], contentType: string): boolean {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const family = `${type.split('/', 1)[0] ?? ''}/*`;
  for (const wanted of accept) {
    if (wanted === type || wanted === family || wanted === '*/*') return true;
    if (FHIR_TYPES.has(wanted) || RESOURCE_TYPES.has(wanted)) return false;
  }
  // A client that takes neither still gets the content "using the content type stated in the resource".
  return true;
}
