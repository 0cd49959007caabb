import * as fc from 'fast-check';
import { readCriteria } from '../../server/fhir/subscriptions/criteria.ts';
import { exactKeys, requiredKeys } from '../../server/search/match/required-keys.ts';
import { matches, type IndexedResource } from '../../server/search/match/matches.ts';
import { parseJson, type JsonObject } from '../../server/kernel/json.ts';
import { openFhirServer, type Body, type FhirServer } from '../flows/fhir-server.ts';

let server: FhirServer;
beforeAll(async () => {
  server = await openFhirServer({ validation: 'structure', referentialIntegrity: false });
});
afterAll(() => server.close());

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });

const value = pick('5', '5.0', '5.4', '54', '0.054', '-3', '1e1');
const unit = pick(['mg/dL', UCUM], ['g/L', UCUM], ['mg/dL', undefined], ['mm[Hg]', UCUM], ['box', 'urn:units']);
const date = pick('2024', '2024-05', '2024-05-01', '2024-05-01T10:00:00Z', '2024-05-01T12:30:00.5+02:00', '2023-12-31');
const code = pick('1-1', '2-2', '3-3');
const system = pick(LOINC, 'urn:other', undefined);
const reference = pick('Patient/a', 'Patient/b', 'https://other.example/Patient/a', undefined);
const name = pick('Müller', 'mueller', 'Muller-Lüdenscheid', 'van der  Berg', 'Ó Briain', 'Muller');

const observation = fc.record({
  status: pick('final', 'amended', 'preliminary'),
  codes: fc.array(fc.record({ system, code, text: maybe(pick('Blood pressure', 'Pulse')) }), {
    minLength: 1,
    maxLength: 2,
  }),
  subject: reference,
  effective: maybe(date),
  quantity: maybe(fc.record({ value, unit, comparator: maybe(pick('<', '>=')) })),
  tag: maybe(pick('x', 'y')),
});

function observationOf(shape: typeof observation extends fc.Arbitrary<infer T> ? T : never): string {
  const coding = shape.codes.map((one) => ({
    ...(one.system === undefined ? {} : { system: one.system }),
    code: one.code,
  }));
  const { quantity } = shape;
  const text = JSON.stringify({
    resourceType: 'Observation',
    status: shape.status,
    ...(shape.tag === undefined ? {} : { meta: { tag: [{ system: 'urn:tag', code: shape.tag }] } }),
    code: { coding, text: shape.codes[0]?.text ?? 'none' },
    ...(shape.subject === undefined ? {} : { subject: { reference: shape.subject } }),
    ...(shape.effective === undefined ? {} : { effectiveDateTime: shape.effective }),
    ...(quantity === undefined
      ? {}
      : {
          valueQuantity: {
            value: '#',
            ...(quantity.comparator === undefined ? {} : { comparator: quantity.comparator }),
            unit: quantity.unit[0],
            ...(quantity.unit[1] === undefined ? {} : { system: quantity.unit[1], code: quantity.unit[0] }),
          },
        }),
  });
  return text.replace('"#"', quantity?.value ?? '');
}

const prefix = pick('', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb');
const numberPrefix = fc.oneof(prefix, pick('ap'));
const token = fc
  .tuple(pick(`${LOINC}|`, 'urn:other|', '|', ''), pick('1-1', '2-2', '3-3', ''))
  .map((parts) => parts.join(''))
  .filter((text) => text !== '' && text !== '|');
const observationCriterion = fc.oneof(
  token.map((text) => `code=${encodeURIComponent(text)}`),
  token.map((text) => `code:not=${encodeURIComponent(text)}`),
  pick('status=final', 'status=final,amended', 'status:not=final', '_tag=urn:tag|x', '_tag:not=x'),
  pick('subject:missing=true', 'date:missing=false', 'value-quantity:missing=true'),
  pick('subject=Patient/a', 'subject=a', 'patient=b', 'subject=https://other.example/Patient/a', 'subject:Patient=a'),
  fc.tuple(prefix, date).map(([p, text]) => `date=${p}${encodeURIComponent(text)}`),
  fc
    .tuple(
      numberPrefix,
      value,
      pick('', `|${UCUM}|mg/dL`, `|${UCUM}|g/L`, '||mg/dL', '|urn:units|box', `|${UCUM}|mm[Hg]`),
    )
    .map(([p, number, rest]) => `value-quantity=${p}${number}${encodeURIComponent(rest)}`),
  pick(
    '_filter=' + encodeURIComponent('status eq final and code eq 1-1'),
    '_filter=' + encodeURIComponent('not (status eq final)'),
  ),
);

const patient = fc.record({
  family: maybe(name),
  given: fc.array(name, { maxLength: 2 }),
  gender: maybe(pick('male', 'female')),
  birthDate: maybe(pick('1980', '1980-02', '1980-02-29', '2001-01-01')),
  identifier: maybe(fc.record({ system: maybe(pick('urn:a', 'urn:b')), value: pick('1', '2', 'x y') })),
  link: maybe(pick('a', 'b')),
});
const patientCriterion = fc.oneof(
  fc
    .tuple(
      pick('family', 'name', 'given'),
      pick('', ':exact', ':contains'),
      pick('mul', 'Müller', 'muell', 'van der', 'Berg', 'Ó', 'brian'),
    )
    .map(([param, modifier, text]) => `${param}${modifier}=${encodeURIComponent(text)}`),
  pick(
    'gender=male',
    'gender:not=male',
    'gender:missing=true',
    'identifier=1',
    'identifier=urn:a|1',
    'identifier=urn:b|',
    'identifier=|2',
  ),
  fc.tuple(prefix, pick('1980', '1980-02', '1980-02-29')).map(([p, text]) => `birthdate=${p}${text}`),
);

function patientOf(shape: typeof patient extends fc.Arbitrary<infer T> ? T : never): string {
  const { family, given, gender, birthDate, identifier } = shape;
  const human = { ...(family === undefined ? {} : { family }), ...(given.length === 0 ? {} : { given }) };
  return JSON.stringify({
    resourceType: 'Patient',
    ...(Object.keys(human).length === 0 ? {} : { name: [human] }),
    ...(gender === undefined ? {} : { gender }),
    ...(birthDate === undefined ? {} : { birthDate }),
    ...(identifier === undefined ? {} : { identifier: [identifier] }),
  });
}

async function store(type: string, texts: readonly string[]): Promise<ReadonlyMap<string, IndexedResource>> {
  const stored = new Map<string, IndexedResource>();
  for (const text of texts) {
    const { body, status, text: answer } = await server.send('POST', type, text);
    if (status !== 201 || body.id === undefined) throw new Error(answer);
    // With digits as they were written.
    const rows = server.engine.indexer.index(
      { ...(parseJson(text) as JsonObject), id: body.id },
      server.engine.hasher(1),
    );
    stored.set(body.id, { type, id: body.id, rows, hasContext: false });
  }
  return stored;
}

async function found(type: string, query: string): Promise<string[]> {
  const { body, text } = await server.get(`${type}?${query}&_count=1000`);
  if (body.resourceType !== 'Bundle') throw new Error(`${query}: ${text}`);
  return (body.entry ?? []).map((entry: { resource?: Body }) => entry.resource?.id ?? '').sort();
}

async function decided(type: string, query: string, stored: ReadonlyMap<string, IndexedResource>): Promise<string[]> {
  const { engine, ctx } = server;
  const { filters } = await readCriteria(engine, ctx(), type, query, 'criteria');
  const context = {
    definitions: engine.definitions,
    registry: engine.registry,
    hasher: engine.hasher(1),
    now: Date.now(),
  };
  const found = [...stored].filter(([, resource]) => filters.every((filter) => matches(context, filter, resource)));
  // Whoever is looked up by these keys is found whenever the search matches.
  const keys = requiredKeys(context, filters);
  const missed = found.filter(
    ([, { rows }]) => keys !== undefined && ![...exactKeys(rows)].some((key) => keys.includes(key)),
  );
  expect(missed).toEqual([]);
  return found.map(([id]) => id).sort();
}

const RUNS = Number(process.env.MATCHING_RUNS ?? 150);

test.each([
  ['Observation', () => fc.sample(observation, { numRuns: 80, seed: 7 }).map(observationOf), observationCriterion],
  ['Patient', () => fc.sample(patient, { numRuns: 60, seed: 8 }).map(patientOf), patientCriterion],
] as const)(
  '%s: what memory decides is what the database finds',
  async (type, texts, criterion) => {
    const stored = await store(type, texts());
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(criterion, { minLength: 1, maxLength: 2 }), async (criteria) => {
        const query = criteria.join('&');
        const byDatabase = await found(type, query);
        expect([query, await decided(type, query, stored)]).toEqual([query, byDatabase]);
        if (byDatabase.length > 0) hits += 1;
      }),
      { numRuns: RUNS },
    );
    expect(hits).toBeGreaterThan(RUNS / 5);
  },
  60_000,
);

test.each([
  ['Observation', 'subject.name=x', /chained/],
  ['Patient', '_has:Observation:patient:code=1', /_has/],
  ['Observation', 'date=ap2024', /only a search/],
  ['Observation', '_text=x', /_text/],
  ['Observation', '_sort=date', /must be a condition/],
  ['Observation', 'nonsense=1', /nonsense/],
  ['Observation', 'code-value-quantity=1$2', /only a search/],
  ['ValueSet', 'url:below=http://x', /only a search/],
])('%s?%s is refused with what would be accepted', async (type, query, text) => {
  const answer = readCriteria(server.engine, server.ctx(), type, query, 'Subscription.criteria');
  await expect(answer).rejects.toMatchObject({ status: 422, message: expect.stringMatching(text) as string });
});
