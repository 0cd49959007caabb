/** A FHIR request and its answer, free of HTTP machinery: the same for a single call, a batch entry and a bot. */
import type { Readable } from 'node:stream';
import type { JsonValue } from '../kernel/json.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Prefer {
  readonly return?: 'minimal' | 'representation' | 'OperationOutcome';
  readonly handling?: 'strict' | 'lenient';
  /** https://www.rfc-editor.org/rfc/rfc7240#section-4.1 */
  readonly respondAsync?: true;
}

export interface FhirHeaders {
  /** Version number out of `W/"3"`, or `*`. */
  readonly ifMatch?: string;
  /** As it came: a list of ETags, or `*`. */
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  /** Search query of a conditional create, without `?`. */
  readonly ifNoneExist?: string;
  readonly prefer: Prefer;
  /** Media type of the body without parameters, lower case. */
  readonly contentType?: string;
  /** Content-Type as it came, for raw Binary. */
  readonly contentTypeHeader?: string;
  /** Media types of Accept, best first. */
  readonly accept: readonly string[];
  /** Whether the answer may be compressed. */
  readonly acceptsGzip?: true;
  /** As it came, for displays of codes. */
  readonly acceptLanguage?: string;
  readonly idempotencyKey?: string;
  /** X-Security-Context of a raw Binary. */
  readonly securityContext?: string;
  /** X-Provenance as it came. */
  readonly provenance?: string;
}

export interface FhirRequest {
  readonly method: Method;
  /** Decoded path segments below the base: `['Patient', '123', '_history', '2']`. */
  readonly path: readonly string[];
  /** Raw query string without `?`; of a POST _search, the form's pairs follow with `&`. */
  readonly query: string;
  readonly headers: FhirHeaders;
  /** Parsed JSON (or XML turned into the same tree). Undefined when there is no body. */
  readonly body?: JsonValue;
  /** The body as received, for raw Binary and Idempotency-Key. */
  readonly bytes?: Buffer;
}

export interface FhirResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text of a resource (Bundle, OperationOutcome, …); turned into XML or pretty text by http/respond. */
  readonly text?: string;
  /** A raw Binary. */
  readonly raw?: { readonly bytes: Buffer; readonly contentType: string };
  /** Opens an answer of any length, whose type is among the headers; called once, or not at all. */
  readonly stream?: () => Readable;
}
