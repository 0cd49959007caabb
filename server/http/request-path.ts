import { fault } from '../kernel/fault.ts';

/** Path of the FHIR interface on this server. */
export const FHIR_BASE = '/fhir/R4';

export interface RequestPath {
  /** Decoded segments below the base. */
  readonly path: readonly string[];
  /** Raw query without `?`. */
  readonly query: string;
}

/** Whether a request target lies below the FHIR base and is FHIR: the documents that tell apps about it are not. */
export function isFhirTarget(target: string): boolean {
  if (!target.startsWith(FHIR_BASE)) return false;
  const next = target.charAt(FHIR_BASE.length);
  return next === '' || next === '?' || (next === '/' && !target.startsWith('/.well-known/', FHIR_BASE.length));
}

/**
 * Splits a request target below the FHIR base; one slash at the end is ignored.
 * @throws Fault 400 when a segment is not percent-encoded UTF-8
 */
export function parseTarget(target: string): RequestPath {
  const mark = target.indexOf('?');
  const end = mark === -1 ? target.length : mark;
  const query = mark === -1 ? '' : target.slice(mark + 1);
  const start = FHIR_BASE.length + 1;
  const stop = target.charCodeAt(end - 1) === 47 ? end - 1 : end;
  if (stop <= start) return { path: [], query };
  const path = target.slice(start, stop).split('/');
  return { path: target.includes('%') ? path.map(decode) : path, query };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw fault(
      'rest.badPath',
      400,
      'value',
      'A segment of the path is not percent-encoded UTF-8; write a percent sign as %25.',
      'http.url',
    );
  }
}

/** The decoded value of the last pair named `name` in a query or form; undefined when there is none. */
export function queryValue(query: string, name: string): string | undefined {
  if (!query.includes(name)) return undefined;
  let value: string | undefined;
  for (const pair of query.split('&')) {
    if (pair.startsWith(`${name}=`)) value = pair.slice(name.length + 1);
  }
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}
