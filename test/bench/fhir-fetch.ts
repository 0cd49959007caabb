import type { Target } from './bench-request.ts';

/** One request outside of the timed runs, its body JSON bytes or a value; the parsed answer. @throws Error when the answer is not 2xx */
export async function fhirFetch(target: Target, method: string, path: string, body?: unknown): Promise<unknown> {
  const content = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const url = path.startsWith('http') ? path : path === '' ? target.base : `${target.base}/${path}`;
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/fhir+json',
      ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
      ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
    },
    ...(content === undefined ? {} : { body: content }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}
