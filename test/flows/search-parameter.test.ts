import { idsOf, openFhirServer, type Body, type FhirServer } from './fhir-server.ts';

let server: FhirServer;

const PATIENTS = 300;
const URL = 'http://example.org/SearchParameter/favourite';
const parameter = {
  resourceType: 'SearchParameter',
  id: 'favourite',
  url: URL,
  name: 'favourite',
  status: 'active',
  description: 'The favourite colour of a patient.',
  code: 'favourite',
  base: ['Patient'],
  type: 'string',
  expression: "Patient.extension.where(url = 'http://example.org/favourite').value.ofType(string)",
};

beforeAll(async () => {
  server = await openFhirServer();
  const entry = Array.from({ length: PATIENTS }, (_, number) => ({
    resource: patient(`p${number}`, number % 3 === 0 ? 'red' : 'blue'),
    request: { method: 'PUT', url: `Patient/p${number}` },
  }));
  await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
});

afterAll(() => server.close());

function patient(id: string, colour: string): object {
  const extension = [{ url: 'http://example.org/favourite', valueString: colour }];
  return { resourceType: 'Patient', id, extension };
}

/** Asks until the answer is another one than `status`. */
async function whileAnswered(status: number, path: string): Promise<{ readonly seen: Body[]; readonly last: Body }> {
  const seen: Body[] = [];
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    const answer = await server.get(path);
    if (answer.status !== status) return { seen, last: answer.body };
    seen.push(answer.body);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${path} still answers ${status}`);
}

test('a new parameter is an error until everything is indexed, and then finds everything', async () => {
  const search = 'Patient?favourite=red&_count=1000&_total=accurate';
  expect((await server.get(search)).status).toBe(400);
  expect((await server.send('PUT', 'SearchParameter/favourite', parameter)).status).toBe(201);
  await whileAnswered(400, search);
  const { seen, last } = await whileAnswered(409, search);
  for (const { issue } of seen) {
    expect(issue?.[0]).toMatchObject({ code: 'transient' });
    expect(issue?.[0]?.details.text).toMatch(/favourite/);
  }
  expect(last.total).toBe(PATIENTS / 3);
  expect(idsOf(last)).toHaveLength(PATIENTS / 3);
});

test('it is advertised, and follows what is written', async () => {
  const rest = (await server.get('metadata')).body.rest as readonly {
    readonly resource: readonly { readonly type: string; readonly searchParam: readonly { readonly name: string }[] }[];
  }[];
  const ofPatient = rest[0]?.resource.find(({ type }) => type === 'Patient');
  expect(ofPatient?.searchParam.map(({ name }) => name)).toContain('favourite');
  await server.send('PUT', 'Patient/p1', patient('p1', 'green'));
  expect(idsOf((await server.get('Patient?favourite=green')).body)).toEqual(['Patient/p1']);
  await server.send('DELETE', 'Patient/p1');
  expect(idsOf((await server.get('Patient?favourite=green')).body)).toEqual([]);
});

test.each([
  ['the url of another', { id: 'second', code: 'second' }],
  ['a code that R4 has', { id: 'gender', url: 'http://example.org/g', code: 'gender' }],
  [
    'an expression that is none',
    { id: 'broken', url: 'http://example.org/b', code: 'broken', expression: 'Patient..' },
  ],
])('one with %s is refused', async (_what, other) => {
  const answer = await server.send('PUT', `SearchParameter/${other.id}`, { ...parameter, ...other });
  expect([answer.status, answer.body.resourceType]).toEqual([422, 'OperationOutcome']);
  expect((await server.get(`SearchParameter/${other.id}`)).status).toBe(404);
});

test('a deleted one is unknown again', async () => {
  expect((await server.send('DELETE', 'SearchParameter/favourite')).status).toBe(204);
  const { last } = await whileAnswered(200, 'Patient?favourite=red');
  expect(last.issue?.[0]).toMatchObject({ code: 'not-supported' });
});

test('a text parameter on a value of any type finds plain texts and parts of names', async () => {
  const definition = {
    ...parameter,
    id: 'nickname',
    url: 'http://example.org/SearchParameter/nickname',
    name: 'nickname',
    code: 'nickname',
    expression: "Patient.extension.where(url = 'http://example.org/nickname').value",
  };
  const url = 'http://example.org/nickname';
  await server.send('PUT', 'Patient/plain', {
    resourceType: 'Patient',
    id: 'plain',
    extension: [{ url, valueString: 'Ginny' }],
  });
  await server.send('PUT', 'Patient/named', {
    resourceType: 'Patient',
    id: 'named',
    extension: [{ url, valueHumanName: { given: ['Ginny'], family: 'Weasley' } }],
  });
  expect((await server.send('PUT', 'SearchParameter/nickname', definition)).status).toBe(201);
  await whileAnswered(400, 'Patient?nickname=ginny');
  const { last } = await whileAnswered(409, 'Patient?nickname=ginny');
  expect(idsOf(last).sort()).toEqual(['Patient/named', 'Patient/plain']);
  expect(idsOf((await server.get('Patient?nickname:missing=true&_count=1000')).body)).not.toContain('Patient/plain');
});
