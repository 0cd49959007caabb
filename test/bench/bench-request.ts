/** A request to be sent again and again; `@N@` in the body becomes another number each time. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the FHIR base, with query, without a slash at the start. */
  readonly path: string;
  readonly body?: string;
}

export interface Target {
  /** Without a slash at the end. */
  readonly base: string;
  readonly token: string | undefined;
}

export const COUNTER = '@N@';

/** Bytes of an HTTP/1.1 request. */
export function encodeRequest(target: Target, request: BenchRequest, count: number): Buffer {
  const { host, pathname } = new URL(target.base);
  const body = request.body?.replaceAll(COUNTER, String(count));
  const base = pathname.replace(/\/$/, '');
  const path = request.path === '' ? pathname : `${base}/${request.path}`;
  const head =
    `${request.method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: application/fhir+json\r\n` +
    (target.token === undefined ? '' : `Authorization: Bearer ${target.token}\r\n`) +
    (body === undefined ? '' : `Content-Type: application/fhir+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`);
  return Buffer.from(`${head}\r\n${body ?? ''}`);
}
