import { generateDemoClinic } from '../../server/import/demo-clinic/generate.ts';
import type { Random } from '../../server/import/demo-clinic/random.ts';
import { HOSTILE_TEXTS } from './hostile-values.ts';
import { mutateResource, mutateText } from './mutate.ts';

export interface FuzzRequest {
  readonly method: string;
  /** Request target as it goes over the wire: the path from the server's root, with query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

interface Seed {
  readonly resourceType: string;
  readonly id: string;
}

const BASE = '/fhir/R4';
const TYPES = [
  'Patient',
  'Observation',
  'Encounter',
  'Condition',
  'Bundle',
  'Binary',
  'SearchParameter',
  'Patients',
  'patient',
] as const;
const PARAMETERS = [
  'name',
  'birthdate',
  'identifier',
  'code',
  'date',
  'patient',
  'subject',
  'value-quantity',
  'code-value-quantity',
  '_id',
  '_lastUpdated',
  '_tag',
  '_sort',
  '_count',
  '_total',
  '_include',
  '_revinclude',
  '_summary',
  '_elements',
  '_filter',
  '_content',
  '_text',
  '_list',
  '_type',
  '_contained',
  '_format',
  '_pretty',
  '_cursor',
  '_has:Observation:patient:code',
  'subject:Patient.name',
  'general-practitioner:Practitioner.name',
  'name:exact',
  'code:in',
  'code:not',
  'code:above',
  'subject:identifier',
  'near',
  'bogus',
  '__proto__',
  'constructor',
  'hasOwnProperty',
] as const;
const VALUES = [
  'smith',
  '2024',
  'ge2024-01-01',
  'sa2024-13-01',
  'http://loinc.org|8867-4',
  '|8867-4',
  'http://loinc.org|',
  'Patient/demo-patient-1',
  'gt5.4|http://unitsofmeasure.org|mg',
  '0',
  '100000000000000000000',
  '-date,_id',
  'Observation:patient',
  '*',
  'name eq "a" and (birthdate gt 2000 or',
  '8867-4$gt60',
  '-83.69|42.25|11.2|km',
  'Patient:',
  'accurate',
  'true',
] as const;
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

/** Makes requests, most of them wrong somewhere. */
export function createFuzzer(random: Random): () => FuzzRequest {
  const { entry } = generateDemoClinic() as unknown as { entry: { resource: Seed; request: object }[] };
  const seeds = entry.map(({ resource }) => resource) as [Seed, ...Seed[]];
  const kinds = [resourceWrite, damagedText, search, search, patch, bundle, plainPath, xml] as const;
  return () => withHeaders(random, random.pick(kinds)(random, seeds));
}

type Seeds = readonly [Seed, ...Seed[]];

function json(method: string, target: string, body: string, type = 'application/fhir+json'): FuzzRequest {
  return { method, target, headers: { 'content-type': type }, body: Buffer.from(body) };
}

function writeTarget(random: Random, { resourceType, id }: Seed): readonly [string, string] {
  return random.pick([
    ['POST', `${BASE}/${resourceType}`],
    ['PUT', `${BASE}/${resourceType}/${id}`],
    ['PUT', `${BASE}/${resourceType}?identifier=${encodeURIComponent(random.pick(HOSTILE_TEXTS).toWellFormed())}`],
    ['POST', `${BASE}/${resourceType}/$validate`],
    ['PUT', `${BASE}/${resourceType}/${encodeURIComponent(random.pick(HOSTILE_TEXTS).toWellFormed())}`],
  ]);
}

function resourceWrite(random: Random, seeds: Seeds): FuzzRequest {
  const seed = random.pick(seeds);
  return json(...writeTarget(random, seed), JSON.stringify(mutateResource(random, seed)));
}

function damagedText(random: Random, seeds: Seeds): FuzzRequest {
  const seed = random.pick(seeds);
  return json(...writeTarget(random, seed), mutateText(random, JSON.stringify(seed)));
}

function bundle(random: Random, seeds: Seeds): FuzzRequest {
  const entries = Array.from({ length: random.between(0, 4) }, () => {
    const seed = random.pick(seeds);
    return {
      fullUrl: random.pick(['urn:uuid:1', 'urn:uuid:2', `${seed.resourceType}/${seed.id}`, '']),
      resource: seed,
      request: {
        method: random.pick(['POST', 'PUT', 'GET', 'DELETE', 'PATCH', 'BREW']),
        url: random.pick([
          seed.resourceType,
          `${seed.resourceType}/${seed.id}`,
          `${seed.resourceType}?name=a`,
          '',
          '/',
          '?',
          '$everything',
          'Patient/$',
        ]),
      },
    };
  });
  const text = JSON.stringify(
    mutateResource(random, {
      resourceType: 'Bundle',
      type: random.pick(['batch', 'transaction', 'history', '']),
      entry: entries,
    }),
  );
  return json('POST', BASE + random.pick(['', '/', '/Bundle']), text);
}

function search(random: Random): FuzzRequest {
  const pairs = Array.from({ length: random.between(1, 4) }, () => {
    const value = random.chance(0.5)
      ? random.pick(VALUES)
      : random.pick(HOSTILE_TEXTS);
    const raw = random.chance(0.05) ? Array(random.between(500, 5000)).fill(value.slice(0, 10)).join(',') : value;
    const text = random.chance(0.9) ? encodeURIComponent(raw.toWellFormed()) : raw.replace(/[^!-~]/g, '%');
    return `${random.pick(PARAMETERS)}=${text}`;
  });
  const path = `${BASE}${random.pick(['', '/', ...TYPES.map((type) => `/${type}`), '/Patient/demo-patient-1/Observation', '/Patient/demo-patient-1/*'])}`;
  const query = pairs.join(random.pick(['&', '&&', '&=&']));
  if (random.chance(0.2)) return json('POST', `${path}/_search`, query, 'application/x-www-form-urlencoded');
  return { method: random.pick(['GET', 'GET', 'GET', 'HEAD', 'DELETE']), target: `${path}?${query}`, headers: {} };
}

function patch(random: Random, seeds: Seeds): FuzzRequest {
  const { resourceType, id } = random.pick(seeds);
  const operation = {
    op: random.pick(['add', 'remove', 'replace', 'move', 'copy', 'test', 'bogus']),
    path: random.pick([
      '/active',
      '/name/0/given/-',
      '/name/99',
      '/__proto__/a',
      '/id',
      '/meta/versionId',
      '',
      '/',
      '/~3',
      'active',
      '/contained/-',
    ]),
    from: random.pick(['/name', '/nothing', '']),
    value: random.pick<unknown>([true, 'x', null, {}, [], 1e300, 'a'.repeat(1000)]),
  };
  const text = JSON.stringify(mutateResource(random, Array(random.between(1, 3)).fill(operation)));
  return json(
    'PATCH',
    `${BASE}/${resourceType}/${id}`,
    text,
    random.pick(['application/json-patch+json', 'application/fhir+json', 'application/json']),
  );
}

function plainPath(random: Random, seeds: Seeds): FuzzRequest {
  const { resourceType, id } = random.pick(seeds);
  const hostile = random.pick(HOSTILE_TEXTS);
  const target = random.pick([
    `${BASE}/${resourceType}/${id}/_history/${encodeURIComponent(hostile.toWellFormed())}`,
    `${BASE}/${resourceType}/${id}/_history?_since=${encodeURIComponent(hostile.toWellFormed())}`,
    `${BASE}/${resourceType}/_history?_count=${encodeURIComponent(hostile.toWellFormed())}`,
    `${BASE}/${encodeURIComponent(hostile.toWellFormed())}`,
    `${BASE}/${resourceType}/${id}/$everything?start=${encodeURIComponent(hostile.toWellFormed())}`,
    `${BASE}/${resourceType}/${id}/$meta`,
    `${BASE}/$${resourceType}`,
    `${BASE}/%`,
    `${BASE}/${resourceType}/%ff`,
    `${BASE}//${resourceType}`,
    `${BASE}/${resourceType}/${id}/${resourceType}/${id}`,
    `${BASE}/metadata?mode=${encodeURIComponent(hostile.toWellFormed())}`,
  ]);
  return {
    method: random.pick(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']),
    target,
    headers: {},
  };
}

function xml(random: Random, seeds: Seeds): FuzzRequest {
  const { resourceType } = random.pick(seeds);
  const text = random.pick([
    `<${resourceType} xmlns="http://hl7.org/fhir"><id value="x"/></${resourceType}>`,
    `<${resourceType} xmlns="http://hl7.org/fhir"><unknown value="x"/></${resourceType}>`,
    `<!DOCTYPE a [<!ENTITY b "c">]><${resourceType} xmlns="http://hl7.org/fhir">&b;</${resourceType}>`,
    `<${resourceType}`,
    '<a>'.repeat(5000),
    `<${resourceType} xmlns="http://hl7.org/fhir"><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><script/></div></text></${resourceType}>`,
  ]);
  return json(random.pick(['POST', 'PUT']), `${BASE}/${resourceType}`, text, 'application/fhir+xml');
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
