import { idsOf, openFhirServer, type Body, type FhirServer } from '../flows/fhir-server.ts';

/** X-Provenance: https://hl7.org/fhir/R4/provenance.html#header */
let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
});
afterAll(() => server.close());

const PROVENANCE = {
  resourceType: 'Provenance',
  recorded: '2026-01-01T10:00:00Z',
  agent: [{ who: { display: 'Schwester Jörg' } }],
};
const header = (value: unknown): Record<string, string> => ({
  'X-Provenance': Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('latin1'),
});
const patient = (id: string, family = 'King'): object => ({ resourceType: 'Patient', id, name: [{ family }] });

async function provenances(): Promise<Body[]> {
  const { body } = await server.get('Provenance?_count=100');
  return (body.entry ?? []).map(({ resource }) => resource).filter((resource) => resource !== undefined);
}

const targets = (list: readonly Body[]): string[] =>
  list.flatMap((one) => (one.target as { reference: string }[]).map(({ reference }) => reference)).sort();

test('a write brings a Provenance about the version that it made', async () => {
  expect((await server.send('PUT', 'Patient/a', patient('a'), header(PROVENANCE))).status).toBe(201);
  expect((await server.send('PUT', 'Patient/a', patient('a', 'Lovelace'), header(PROVENANCE))).status).toBe(200);
  const all = await provenances();
  expect(targets(all)).toEqual(['Patient/a/_history/1', 'Patient/a/_history/2']);
  expect(JSON.stringify(all)).toContain('Schwester Jörg');
});

test('a transaction brings one about all that it wrote', async () => {
  const before = targets(await provenances());
  const entry = ['t1', 't2'].map((id) => ({ request: { method: 'PUT', url: `Patient/${id}` }, resource: patient(id) }));
  await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }, header(PROVENANCE));
  expect(targets(await provenances())).toEqual([...before, 'Patient/t1/_history/1', 'Patient/t2/_history/1'].sort());
});

test('it goes with the write: when the Provenance is refused, nothing is written', async () => {
  const answer = await server.send('PUT', 'Patient/never', patient('never'), header({ resourceType: 'Provenance' }));
  expect(answer.status).toBe(422);
  expect((await server.get('Patient/never')).status).toBe(404);
});

test.each<[string, unknown]>([
  ['no JSON', '{'],
  ['another resource', patient('x')],
  ['with a target', { ...PROVENANCE, target: [{ reference: 'Patient/a' }] }],
])('a header that is %s is refused, and nothing is written', async (_what, value) => {
  expect((await server.send('PUT', 'Patient/bad', patient('bad'), header(value))).status).toBe(400);
  expect((await server.get('Patient/bad')).status).toBe(404);
});

test('what writes nothing takes no header', async () => {
  expect((await server.get('Patient/a', header(PROVENANCE))).status).toBe(400);
  const batch = { resourceType: 'Bundle', type: 'batch', entry: [] };
  expect((await server.send('POST', '', batch, header(PROVENANCE))).status).toBe(400);
});

test('a conditional create that finds something brings none', async () => {
  const before = idsOf({ resourceType: 'Bundle', entry: (await provenances()).map((resource) => ({ resource })) });
  const answer = await server.send(
    'POST',
    'Patient',
    { resourceType: 'Patient' },
    {
      ...header(PROVENANCE),
      'If-None-Exist': '_id=a',
    },
  );
  expect(answer.status).toBe(200);
  expect(await provenances()).toHaveLength(before.length);
});
