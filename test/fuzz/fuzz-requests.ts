import { generateDemoClinic } from '../../server/import/demo-clinic/generate.ts';
import type { Random } from '../../server/import/demo-clinic/random.ts';
import type { FuzzRequest, Kind, Seed, Seeds } from './fuzz-request.ts';
import { operation } from './operation-requests.ts';
import { plainPath } from './path-requests.ts';
import { search } from './search-requests.ts';
import { bundle, damagedText, patch, resourceWrite, xml } from './write-requests.ts';

const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['if-match', ['W/"1"', 'W/"x"', '*', '"', '', 'W/"99999999999999999999"']],
  ['if-none-match', ['W/"1"', '*', 'nonsense']],
  ['if-modified-since', ['yesterday', 'Thu, 01 Jan 1970 00:00:00 GMT', '2024-02-30']],
  ['if-none-exist', ['identifier=x|y', 'bogus=1', '', '?', 'name=a&_count=0', 'birthdate=x']],
  ['prefer', ['return=minimal', 'return=bogus', 'handling=lenient', 'respond-async', ';;;']],
  ['accept', ['application/fhir+xml', 'text/html', 'application/json;q=0', '*/*;q=2', '///']],
  [
    'content-type',
    [
      'application/json',
      'application/fhir+xml',
      'text/plain',
      'application/json-patch+json',
      'application/fhir+json; charset=latin1',
      'x',
      'multipart/form-data',
    ],
  ],
  ['content-encoding', ['gzip', 'br', 'bogus']],
  ['idempotency-key', ['a', 'b c', 'k'.repeat(300)]],
  ['x-request-id', ['ok', 'é', 'a'.repeat(500)]],
  ['host', ['localhost', 'evil.example', '']],
];

const KINDS: readonly [Kind, ...Kind[]] = [
  resourceWrite,
  damagedText,
  search,
  search,
  patch,
  bundle,
  plainPath,
  xml,
  operation,
];

/** Makes requests, most of them wrong somewhere. */
export function createFuzzer(random: Random): () => FuzzRequest {
  const { entry } = generateDemoClinic() as unknown as { entry: { resource: Seed }[] };
  const seeds = entry.map(({ resource }) => resource) as unknown as Seeds;
  return () => withHeaders(random, random.pick(KINDS)(random, seeds));
}

function withHeaders(random: Random, request: FuzzRequest): FuzzRequest {
  if (random.chance(0.6)) return request;
  const headers: Record<string, string> = { ...request.headers };
  for (let more = random.between(1, 2); more > 0; more -= 1) {
    const [name, values] = random.pick(HEADERS as unknown as [(typeof HEADERS)[number]]);
    headers[name] = random.pick(values as unknown as [string]);
  }
  return { ...request, headers };
}
