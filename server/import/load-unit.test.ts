import { openTestEngine, type TestEngine } from '../../test/harness/test-engine.ts';
import { loadUnit } from './load-unit.ts';
import { readLines } from './read-lines.ts';
import type { Unit, UnitResult } from './unit.ts';

let opened: TestEngine;
beforeAll(async () => {
  opened = await openTestEngine({ validation: 'structure' });
});
afterAll(() => opened.close());

async function unitOf(values: readonly unknown[], isolate = false): Promise<Unit> {
  const text = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
  async function* content(): AsyncGenerator<Buffer> {
    yield Buffer.from(text);
  }
  const lines = [];
  for await (const line of readLines('test.ndjson', content())) lines.push(line);
  return { source: 'test.ndjson', lines, isolate };
}

async function load(values: readonly unknown[], { dryRun = false, isolate = false } = {}): Promise<UnitResult> {
  const { engine, ctx } = opened;
  return loadUnit({ engine, dryRun, ctx }, await unitOf(values, isolate));
}

async function count(identifier: string): Promise<number> {
  const rows = await opened.engine.db.query<{ n: number }>({
    text: 'select count(*) as n from resource where body like $1',
    values: [`%"${identifier}"%`],
  });
  return rows[0]?.n ?? -1;
}

const patient = (value: string, more: object = {}): object => ({
  resourceType: 'Patient',
  identifier: [{ system: 'urn:test', value }],
  ...more,
});
const text = ({ bytes }: { readonly bytes: Uint8Array }): string => Buffer.from(bytes).toString();

test('plain resources: under their id, or under a new one', async () => {
  const result = await load([patient('plain', { id: 'plain-1' }), patient('plain')]);
  expect(result).toMatchObject({ created: { Patient: 2 }, existing: 0, skipped: 0, deferred: [], rejected: [] });
  expect(await count('plain')).toBe(2);
});

test('a resource that comes twice ends as its last line says', async () => {
  const lines = [patient('first', { id: 'again' }), patient('other'), patient('last', { id: 'again' })];
  expect(await load(lines)).toMatchObject({ created: { Patient: 2 }, existing: 1, rejected: [] });
  expect([await count('first'), await count('last')]).toEqual([0, 1]);
});

test('what cannot be written stands alone; everything around it is loaded', async () => {
  const lines = Array.from({ length: 60 }, (_, index) =>
    patient('isolated', index === 13 || index === 44 ? { gender: 17 } : { active: true }),
  );
  const result = await load(lines);
  expect(result.created).toEqual({ Patient: 58 });
  expect(result.rejected.map(({ number }) => number)).toEqual([14, 45]);
  expect(result.rejected[0]?.reasons[0]).toMatchObject({ code: 'validation.failed' });
  expect(await count('isolated')).toBe(58);
});

test('a transaction is loaded whole or not at all', async () => {
  const entry = (resource: object): object => ({ resource, request: { method: 'POST', url: 'Patient' } });
  const bundle = (...resources: object[]): object => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map(entry),
  });
  const result = await load([
    bundle(patient('whole'), patient('whole')),
    bundle(patient('half'), patient('half', { birthDate: '2024-02-30' })),
  ]);
  expect(result.created).toEqual({ Patient: 2 });
  expect(result.rejected.map(({ number }) => number)).toEqual([2]);
  expect([await count('whole'), await count('half')]).toEqual([2, 0]);
});

test('of a batch, what was rejected is left as a batch', async () => {
  const entry = (value: string, more = {}): object => ({
    resource: patient(value, more),
    request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:test|${value}` },
  });
  const batch = {
    resourceType: 'Bundle',
    type: 'batch',
    entry: [entry('b1'), entry('b2', { active: 'no' }), entry('b3'), entry('b1')],
  };
  const result = await load([batch]);
  expect(result).toMatchObject({ created: { Patient: 2 }, existing: 1 });
  expect(result.rejected).toHaveLength(1);
  const [rest] = result.rejected;
  expect(rest === undefined ? undefined : JSON.parse(text(rest))).toEqual({ ...batch, entry: [batch.entry[1]] });

  const again = await load([batch]);
  expect(again).toMatchObject({ created: {}, existing: 0, skipped: 3 });
});

test('nothing is loaded twice, also by two at the same time', async () => {
  const lines = Array.from({ length: 20 }, (_, index) => patient('once', { multipleBirthInteger: index }));
  const results = await Promise.all([load(lines), load(lines), load(lines)]);
  expect(results.reduce((sum, { created }) => sum + (created.Patient ?? 0), 0)).toBe(20);
  expect(results.reduce((sum, { skipped }) => sum + skipped, 0)).toBe(40);
  expect(await count('once')).toBe(20);
});

test('references to what is not there yet put a line off', async () => {
  const conditional = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        resource: patient('waits', { generalPractitioner: [{ reference: 'Practitioner?identifier=urn:test|later' }] }),
        request: { method: 'POST', url: 'Patient' },
      },
    ],
  };
  const literal = patient('waits', { id: 'waits-2', managingOrganization: { reference: 'Organization/later' } });
  const first = await load([conditional, literal]);
  expect(first.created).toEqual({});
  expect(first.deferred).toHaveLength(2);
  await load([{ resourceType: 'Practitioner', identifier: [{ system: 'urn:test', value: 'later' }] }]);
  const second = await load([conditional, literal], { isolate: true });
  expect(second.created).toEqual({ Patient: 1 });
  expect(second.deferred.map(({ number }) => number)).toEqual([2]);
  await load([{ resourceType: 'Organization', id: 'later' }]);
  expect((await load([conditional, literal], { isolate: true })).created).toEqual({ Patient: 1 });
});

test('the content of a collection is stored, its links resolved', async () => {
  const collection = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [
      {
        fullUrl: 'urn:uuid:8f0d4ce1-8a1f-4c1e-9d6e-3a1d0f1a0001',
        resource: { resourceType: 'Organization', id: 'collected' },
      },
      {
        resource: patient('collected', {
          managingOrganization: { reference: 'urn:uuid:8f0d4ce1-8a1f-4c1e-9d6e-3a1d0f1a0001' },
        }),
      },
    ],
  };
  expect((await load([collection])).created).toEqual({ Organization: 1, Patient: 1 });
  const [row] = await opened.engine.db.query<{ body: string }>({
    text: `select body from resource where body like '%"collected"%' and body like '%managingOrganization%'`,
    values: [],
  });
  expect(row?.body).toContain('Organization/collected');
});

test.each([
  ['no JSON', '{"resourceType":"Patient",}', 'json.syntax'],
  ['no resource', '{"a":1}', 'import.notAResource'],
  ['an id out of grammar', JSON.stringify(patient('x', { id: 'a/b' })), 'rest.badId'],
  ['an unknown type', '{"resourceType":"Patients","id":"1"}', 'import.notAWrite'],
])('%s is rejected with a reason', async (_name, line, code) => {
  const { rejected, created } = await load([line, patient('beside')]);
  expect(created).toEqual({ Patient: 1 });
  expect(rejected.map(({ reasons }) => reasons[0]?.code)).toEqual([code]);
});

test('a dry run finds what would be rejected and writes nothing', async () => {
  const lines = [
    patient('dry'),
    patient('dry', { gender: 'unknown-to-fhir', birthDate: 'soon' }),
    patient('dry', { managingOrganization: { reference: 'Organization/nowhere' } }),
  ];
  const result = await load(lines, { dryRun: true });
  expect(result.created).toEqual({ Patient: 2 });
  expect(result.rejected.map(({ number }) => number)).toEqual([2]);
  expect(await count('dry')).toBe(0);
});
