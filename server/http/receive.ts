import type { IncomingMessage } from 'node:http';
import type { Definitions } from '../definitions/definitions.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { takesBytes } from '../fhir/operations/table.ts';
import type { FhirRequest, Method } from '../fhir/request.ts';
import { unknownPatch } from '../fhir/patch/patch-faults.ts';
import { fault } from '../kernel/fault.ts';
import { fhirHeaders } from './fhir-headers.ts';
import { isR4, parseMediaType, type Accepted, type MediaType } from './media-type.ts';
import { bodyFormat, decodeText, parseBody } from './parse-body.ts';
import { readBody } from './read-body.ts';
import type { RequestPath } from './request-path.ts';

const FORM = 'application/x-www-form-urlencoded';

/** What is needed to turn an HTTP request into a FHIR request. */
export interface Reception {
  readonly definitions: Definitions;
  readonly operations: readonly Operation[];
  /** Bytes. */
  readonly bodyLimit: number;
}

/**
 * Reads an HTTP request to its end.
 * @throws Fault 400, 413 or 415 that says what is wrong with headers or body
 */
export async function receive(
  { definitions, operations, bodyLimit }: Reception,
  incoming: IncomingMessage,
  method: Method,
  { path, query }: RequestPath,
  accepted: Accepted,
): Promise<FhirRequest> {
  const header = incoming.headers['content-type'];
  const media = header === undefined ? undefined : parseMediaType(header);
  const headers = fhirHeaders(incoming.headers, accepted.types, media?.type);
  if (method === 'GET' || method === 'HEAD' || method === 'DELETE') return { method, path, query, headers };
  const bytes = await readBody(incoming, bodyLimit);
  if (method === 'POST' && path.at(-1) === '_search') {
    return { method, path, query: withForm(query, bytes, media), headers };
  }
  if (bytes.length === 0) return { method, path, query, headers };
  const format = bodyFormat(media);
  const isContent = path[0] === 'Binary' && method !== 'PATCH' && !isFhir(media);
  if (isContent || (format === undefined && takesBytes(operations, path)))
    return { method, path, query, headers, bytes };
  if (media === undefined || format === undefined || !isR4(media)) throw unsupported(method);
  return { method, path, query, headers, bytes, body: parseBody(bytes, media, format, definitions) };
}

function isFhir(media: MediaType | undefined): boolean {
  return media?.type === 'application/fhir+json' || media?.type === 'application/fhir+xml';
}

/** https://hl7.org/fhir/R4/search.html#Introduction: the pairs of the form and those of the URL count alike. */
function withForm(query: string, bytes: Buffer, media: MediaType | undefined): string {
  if (bytes.length === 0) return query;
  if (media?.type !== FORM) {
    throw fault('rest.badContentType', 415, 'not-supported', `The body of a _search must be ${FORM}.`, CONTENT_TYPE);
  }
  const form = decodeText(bytes, media).trim();
  return query === '' ? form : `${query}&${form}`;
}

const CONTENT_TYPE = 'http.Content-Type';

function unsupported(method: Method): Error {
  if (method === 'PATCH') return unknownPatch();
  return fault(
    'rest.badContentType',
    415,
    'not-supported',
    'The Content-Type of a resource must be application/fhir+json or application/fhir+xml (application/json is taken too), with fhirVersion 4.0 if any.',
    CONTENT_TYPE,
  );
}
