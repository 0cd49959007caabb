import type { FhirHeaders, FhirRequest, Method } from '../../fhir/request.ts';
import { parseJson, stringifyJson } from '../../kernel/json.ts';

interface KeptRequest {
  readonly method: Method;
  readonly path: readonly string[];
  readonly query: string;
  readonly headers: FhirHeaders;
  /** JSON text. */
  readonly body?: string;
  /** Base64, where the body is no JSON. */
  readonly bytes?: string;
}

/** A request as a text. */
export function keepRequest({ method, path, query, headers, body, bytes }: FhirRequest): string {
  const content =
    body !== undefined ? { body: stringifyJson(body) } : bytes === undefined ? {} : { bytes: bytes.toString('base64') };
  return JSON.stringify({ method, path, query, headers, ...content } satisfies KeptRequest);
}

/** The request as it is carried out: now, and once. */
export function keptRequest(text: string): FhirRequest {
  const { method, path, query, headers, body, bytes } = JSON.parse(text) as KeptRequest;
  const { idempotencyKey: _key, prefer, ...rest } = headers;
  const { respondAsync: _async, ...preferences } = prefer;
  return {
    method,
    path,
    query,
    headers: { ...rest, prefer: preferences },
    ...(body === undefined ? {} : { body: parseJson(body), bytes: Buffer.from(body) }),
    ...(bytes === undefined ? {} : { bytes: Buffer.from(bytes, 'base64') }),
  };
}
