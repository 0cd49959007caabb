import type { IncomingHttpHeaders } from 'node:http';
import type { FhirHeaders, Prefer } from '../fhir/request.ts';
import { criteriaOf } from '../fhir/write/matches.ts';
import { fault } from '../kernel/fault.ts';
import { parseMediaType } from './media-type.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NO_PREFERENCE: Prefer = {};

/**
 * The headers that the FHIR interface gives a meaning: https://hl7.org/fhir/R4/http.html
 * @param accept media types of Accept, best first
 * @throws Fault 400 for an If-Match that is not a version
 */
export function fhirHeaders(
  headers: IncomingHttpHeaders,
  accept: readonly string[],
  contentType: string | undefined,
): FhirHeaders {
  const result: Writable<FhirHeaders> = { prefer: parsePrefer(headers.prefer), accept };
  if (contentType !== undefined) result.contentType = contentType;
  const contentTypeHeader = headers['content-type'];
  if (contentTypeHeader !== undefined) result.contentTypeHeader = contentTypeHeader;
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) result.ifMatch = versionOf('If-Match', ifMatch);
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) result.ifNoneMatch = ifNoneMatch;
  const ifModifiedSince = headers['if-modified-since'];
  if (ifModifiedSince !== undefined) result.ifModifiedSince = ifModifiedSince;
  const ifNoneExist = single(headers['if-none-exist']);
  if (ifNoneExist !== undefined) result.ifNoneExist = criteriaOf(ifNoneExist);
  if (acceptsGzip(single(headers['accept-encoding']))) result.acceptsGzip = true;
  const acceptLanguage = headers['accept-language'];
  if (acceptLanguage !== undefined) result.acceptLanguage = acceptLanguage;
  const idempotencyKey = single(headers['idempotency-key']);
  if (idempotencyKey !== undefined) result.idempotencyKey = idempotencyKey;
  const securityContext = single(headers['x-security-context']);
  if (securityContext !== undefined) result.securityContext = securityContext;
  const provenance = single(headers['x-provenance']);
  if (provenance !== undefined) result.provenance = provenance;
  return result;
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.accept-encoding */
function acceptsGzip(header: string | undefined): boolean {
  return (header ?? '').split(',').some((part) => {
    const { type, parameters } = parseMediaType(part);
    return (type === 'gzip' || type === '*') && Number(parameters.q ?? 1) > 0;
  });
}

function single(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}

function versionOf(name: string, header: string): string {
  const text = header.trim();
  if (text === '*') return text;
  const version = /^(?:W\/)?"([^"]*)"$/.exec(text)?.[1] ?? text;
  if (/^[0-9]{1,10}$/.test(version)) return version;
  throw fault(
    'rest.badEtag',
    400,
    'value',
    `${name} takes the ETag of one version, such as W/"3", or *.`,
    `http.${name}`,
  );
}

/** Preferences that are not known are passed over: https://www.rfc-editor.org/rfc/rfc7240#section-2 */
function parsePrefer(header: string | string[] | undefined): Prefer {
  if (header === undefined) return NO_PREFERENCE;
  const prefer: Writable<Prefer> = {};
  const text = typeof header === 'string' ? header : header.join(',');
  for (const part of text.split(/[,;]/)) {
    const [name = '', value = ''] = part.trim().replaceAll('"', '').split('=');
    if (name === 'return' && (value === 'minimal' || value === 'representation' || value === 'OperationOutcome')) {
      prefer.return ??= value;
    } else if (name === 'handling' && (value === 'strict' || value === 'lenient')) prefer.handling ??= value;
    else if (name === 'respond-async') prefer.respondAsync = true;
  }
  return prefer;
}
