import { wordsOf } from '../../server/fhir/operations/erase/words-of.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { eraseFiles } from '../../server/bulk/erase-files.ts';
import { route } from '../../server/fhir/router.ts';
import { inTransaction } from '../../server/fhir/write/in-transaction.ts';
import { openBulkServer, type BulkServer } from './bulk-server.ts';

let server: BulkServer;
beforeAll(async () => {
  server = await openBulkServer({ perFile: 3 });
  await put({ resourceType: 'Organization', id: 'clinic', name: 'Clinic' });
  await put({ resourceType: 'Organization', id: 'elsewhere', name: 'Nobody refers to it' });
  for (const id of ['a', 'b', 'c', 'd']) {
    await put({
      resourceType: 'Patient',
      id,
      gender: id === 'a' ? 'male' : 'female',
      birthDate: '1990-01-01',
      name: [{ family: id }],
    });
    await put({
      resourceType: 'Observation',
      id: `weight-${id}`,
      status: 'final',
      code: { text: 'weight' },
      subject: { reference: `Patient/${id}` },
    });
  }
  await put({
    resourceType: 'Encounter',
    id: 'visit',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/a' },
    serviceProvider: { reference: 'Organization/clinic' },
  });
  await put({
    resourceType: 'Group',
    id: 'cohort',
    type: 'person',
    actual: true,
    member: [
      { entity: { reference: 'Patient/a' } },
      { entity: { reference: 'Patient/b' }, inactive: true },
      { entity: { reference: 'Patient/c' }, period: { end: '2001-01-01' } },
      { entity: { reference: 'Patient/d' } },
    ],
  });
  for (const [id, target] of [
    ['first', 'Observation/weight-a'],
    ['second', 'Observation/weight-a'],
    ['other', 'Organization/elsewhere'],
  ] as const) {
    await put({
      resourceType: 'Provenance',
      id,
      target: [{ reference: target }],
      recorded: '2020-01-01T00:00:00Z',
      agent: [{ who: { display: 'x' } }],
    });
  }
});
afterAll(() => server.close());

async function put(resource: {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}): Promise<void> {
  const { status, text } = await server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);
  if (status !== 201) throw new Error(text);
}

const A_AND_D = [
  'Encounter/visit',
  'Observation/weight-a',
  'Observation/weight-d',
  'Organization/clinic',
  'Patient/a',
  'Patient/d',
];

test('a manifest lists files of each type, whose lines are the resources as a read gives them', async () => {
  const manifest = await server.export('$export');
  expect(manifest).toMatchObject({
    request: `${server.base}/$export`,
    requiresAccessToken: true,
    deleted: [],
    error: [],
  });
  expect(Date.parse(manifest.transactionTime)).toBeLessThanOrEqual(Date.now());
  const patients = manifest.output.filter(({ type }) => type === 'Patient');
  expect(patients.map(({ count }) => count)).toEqual([4]);
  const [first] = await server.resources(patients);
  expect(first).toEqual((await server.get('Patient/a')).body);
  expect(await server.exported('$export')).toHaveLength(15);
});

test.each([
  ['$export?_type=Patient,Group', ['Group/cohort', 'Patient/a', 'Patient/b', 'Patient/c', 'Patient/d']],
  ['$export?_type=Patient&_typeFilter=Patient%3Fgender%3Dmale', ['Patient/a']],
  ['$export?_type=Patient&_typeFilter=Patient%3Fgender%3Dmale,Patient%3Ffamily%3Dc', ['Patient/a', 'Patient/c']],
  ['$export?_type=Observation&_typeFilter=Observation%3Fsubject%3APatient.gender%3Dmale', ['Observation/weight-a']],
  ['$export?_type=Patient&_typeFilter=Patient%3F_has%3AEncounter%3Asubject%3Astatus%3Dfinished', ['Patient/a']],
  ['Group/cohort/$export?_type=Patient,Observation,Encounter,Organization', A_AND_D],
  ['Patient/d/$export', ['Group/cohort', 'Observation/weight-d', 'Patient/d']],
  [
    'Group/cohort/$export?_type=Observation&includeAssociatedData=LatestProvenanceResources',
    ['Observation/weight-a', 'Observation/weight-d', 'Provenance/second'],
  ],
  [
    'Group/cohort/$export?_type=Observation&includeAssociatedData=RelevantProvenanceResources',
    ['Observation/weight-a', 'Observation/weight-d', 'Provenance/first', 'Provenance/second'],
  ],
])('%s', async (path, expected) => {
  expect(await server.exported(path)).toEqual(expected);
});

test('all patients: their compartments and what those refer to', async () => {
  const found = await server.exported('Patient/$export?_type=Patient,Observation,Encounter,Organization');
  expect(found).toEqual([...A_AND_D, 'Observation/weight-b', 'Observation/weight-c', 'Patient/b', 'Patient/c'].sort());
});

test('only chosen patients; those that are not in the group are reported', async () => {
  const parameter = ['Patient/a', 'Patient/b'].map((reference) => ({ name: 'patient', valueReference: { reference } }));
  const body = { resourceType: 'Parameters', parameter: [...parameter, { name: '_type', valueString: 'Patient' }] };
  const manifest = await server.export('Group/cohort/$export', body);
  expect((await server.resources(manifest.output)).map(({ id }) => id)).toEqual(['a']);
  const [outcome] = await server.resources(manifest.error);
  expect(outcome).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'not-found' }] });
});

test('_elements keeps what is mandatory, and tags', async () => {
  const { output } = await server.export('$export?_type=Observation&_elements=Observation.subject');
  const [first] = await server.resources(output);
  expect(Object.keys(first ?? {}).sort()).toEqual(['code', 'id', 'meta', 'resourceType', 'status', 'subject']);
  expect(first?.meta).toMatchObject({ tag: [{ code: 'SUBSETTED' }] });
});

test('_since: what was changed and deleted after an export, and nothing of what it had', async () => {
  const { transactionTime } = await server.export('$export');
  await server.send('PUT', 'Patient/b', { resourceType: 'Patient', id: 'b', gender: 'other' });
  await put({ resourceType: 'Patient', id: 'gone' });
  await server.send('DELETE', 'Patient/gone');
  const manifest = await server.export(`$export?_since=${encodeURIComponent(transactionTime)}`);
  expect((await server.resources(manifest.output)).map(({ id }) => id)).toEqual(['b']);
  const [bundle] = await server.resources(manifest.deleted);
  expect(bundle).toEqual({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ request: { method: 'DELETE', url: 'Patient/gone' } }],
  });
});

test.each([
  ['$export', {}, 400, 'Prefer: respond-async'],
  ['$export?_type=Patientt', { Prefer: 'respond-async' }, 400, 'no resource type'],
  ['$export?color=red', { Prefer: 'respond-async' }, 400, '_typeFilter'],
  ['$export?_outputFormat=csv', { Prefer: 'respond-async' }, 400, 'application/fhir+ndjson'],
  ['$export?_typeFilter=Patient%3Fcolor%3Dred', { Prefer: 'respond-async' }, 400, 'color'],
  ['$export?_typeFilter=Patient%3F_sort%3Dname', { Prefer: 'respond-async' }, 400, 'condition'],
  ['$export?_type=Patient&_typeFilter=Group%3F_id%3D1', { Prefer: 'respond-async' }, 400, 'not among'],
  ['$export?_elements=colour', { Prefer: 'respond-async' }, 400, 'colour'],
  ['$export?_since=yesterday', { Prefer: 'respond-async' }, 400, '_since'],
  ['$export?patient=Patient/a', { Prefer: 'respond-async' }, 400, 'patient'],
  ['Group/none/$export', { Prefer: 'respond-async' }, 404, 'does not exist'],
  ['Patient/$export?includeAssociatedData=all', { Prefer: 'respond-async' }, 400, 'LatestProvenanceResources'],
])('%s %j: %i', async (path, headers, status, text) => {
  const answer = await server.get(path, headers);
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
});

test('what is not known is passed over with handling=lenient', async () => {
  const { status } = await server.get('$export?color=red', { Prefer: 'respond-async, handling=lenient' });
  expect(status).toBe(202);
});

test('a file is served compressed to whoever takes it, and plain to others', async () => {
  const { output } = await server.export('$export?_type=Patient');
  const url = output[0]?.url ?? '';
  const packed = await fetch(url, { headers: { 'Accept-Encoding': 'gzip', Accept: 'application/fhir+ndjson' } });
  const plain = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } });
  expect([packed.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
  expect(packed.headers.get('content-type')).toBe('application/fhir+ndjson');
  expect(await packed.text()).toBe(await plain.text());
  expect(Date.parse(plain.headers.get('expires') ?? '')).toBeGreaterThan(Date.now() + 23 * 3_600_000);
});

test('what was being written when the export began is in it', async () => {
  const { engine } = server;
  const body = { resourceType: 'Patient', id: 'late' };
  const request = {
    method: 'PUT',
    path: ['Patient', 'late'],
    query: '',
    headers: { prefer: {}, accept: [] },
    body,
  } as const;
  let hasWritten = (): void => undefined;
  const written = new Promise<void>((resolve) => (hasWritten = resolve));
  const writing = inTransaction(engine, server.ctx(), async (inner) => {
    await route(engine, inner, request);
    hasWritten();
    await delay(1500);
  });
  await written;
  const manifest = await server.export('$export?_type=Patient');
  await writing;
  const late = (await server.resources(manifest.output)).find(({ id }) => id === 'late');
  const { lastUpdated } = late?.meta as { readonly lastUpdated: string };
  expect(Date.parse(lastUpdated)).toBeLessThanOrEqual(Date.parse(manifest.transactionTime));
});

test('a cancelled export leaves no file', async () => {
  const address = await server.start('GET', '$export');
  const { output } = await server.manifest(address);
  expect((await server.send('DELETE', address)).status).toBe(202);
  expect((await server.get(address)).status).toBe(404);
  expect((await server.get(output[0]?.url ?? '')).status).toBe(404);
});

test('when a patient is erased, files that were there before are not served any more', async () => {
  const address = await server.start('GET', '$export?_type=Patient');
  const { output } = await server.manifest(address);
  const erased = { tenant: 1, id: 'a', names: [], words: wordsOf([]), by: server.ctx().access.principal };
  await server.engine.dbOf(1).transaction((tx) => eraseFiles(tx, erased));
  expect((await server.get(output[0]?.url ?? '')).status).toBe(404);
  expect((await server.get(address)).status).toBe(404);
  expect((await server.send('DELETE', address)).status).toBe(202);
});
