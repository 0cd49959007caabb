import { openFhirServer, type Body, type FhirServer } from './fhir-server.ts';

const MAX_ENTRIES = 20;
const XML = { 'Content-Type': 'application/fhir+xml' };
const PATIENT = { resourceType: 'Patient', active: true };

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer({ maxBundleEntries: MAX_ENTRIES });
  await server.send('PUT', 'Patient/known', { ...PATIENT, id: 'known' });
});

afterAll(() => server.close());

function patient(rest: object): string {
  return JSON.stringify({ ...PATIENT, ...rest });
}

function observation(subject: string): object {
  return { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: subject } };
}

function transaction(...entry: readonly object[]): object {
  return { resourceType: 'Bundle', type: 'transaction', entry };
}

function post(resource: object, rest: object = {}, fullUrl?: string): object {
  const type = 'resourceType' in resource ? resource.resourceType : '';
  return { ...(fullUrl === undefined ? {} : { fullUrl }), resource, request: { method: 'POST', url: type, ...rest } };
}

type Case = [
  what: string,
  status: number,
  code: string,
  method: string,
  path: string,
  body?: object | string,
  headers?: Readonly<Record<string, string>>,
];

const deep = `{"resourceType":"Patient","extension":${'[{"extension":'.repeat(200)}[]${'}]'.repeat(200)}}`;
const first = 'urn:uuid:00000000-0000-4000-8000-000000000001';
const second = 'urn:uuid:00000000-0000-4000-8000-000000000002';
const search = { 'Content-Type': 'application/x-www-form-urlencoded' };

const CASES: readonly Case[] = [
  ['malformed JSON', 400, 'structure', 'POST', 'Patient', '{"resourceType":"Patient",}'],
  ['JSON that is no object', 400, 'structure', 'POST', 'Patient', '[]'],
  ['no body', 400, 'structure', 'POST', 'Patient'],
  ['duplicate keys', 400, 'structure', 'POST', 'Patient', '{"resourceType":"Patient","active":true,"active":false}'],
  ['deep JSON', 400, 'structure', 'POST', 'Patient', deep],
  ['10 MB of [', 413, 'too-costly', 'POST', 'Patient', '['.repeat(10_000_000)],
  ['900 KB of [', 400, 'structure', 'POST', 'Patient', '['.repeat(900_000)],
  ['a body over the limit', 413, 'too-long', 'POST', 'Patient', ' '.repeat(17_000_000)],
  ['XML over its limit', 413, 'too-long', 'POST', 'Patient', ' '.repeat(5_000_000), XML],
  ['text', 415, 'not-supported', 'POST', 'Patient', 'x', { 'Content-Type': 'text/plain' }],
  ['a patch as text', 415, 'not-supported', 'PATCH', 'Patient/known', '[]', { 'Content-Type': 'text/plain' }],
  ['NUL', 400, 'structure', 'POST', 'Patient', '{"resourceType":"Patient","language":"a\\u0000"}'],
  ['a lone surrogate', 400, 'structure', 'POST', 'Patient', '{"resourceType":"Patient","language":"\\ud83d"}'],
  ['__proto__', 400, 'structure', 'POST', 'Patient', '{"resourceType":"Patient","__proto__":{"active":true}}'],
  ['constructor', 422, 'structure', 'POST', 'Patient', patient({ constructor: { name: 'x' } })],
  ['an id out of grammar in the URL', 400, 'value', 'PUT', 'Patient/no_underscore', patient({ id: 'no_underscore' })],
  ['an id that is too long', 400, 'value', 'PUT', `Patient/${'a'.repeat(65)}`, patient({ id: 'a'.repeat(65) })],
  ['an id out of grammar in the body', 400, 'value', 'PUT', 'Patient?identifier=a', patient({ id: 'a/b' })],
  ['an id mismatch', 400, 'value', 'PUT', 'Patient/one', patient({ id: 'two' })],
  ['no id in an update', 400, 'value', 'PUT', 'Patient/one', patient({})],
  ['another type', 400, 'invalid', 'POST', 'Patient', { resourceType: 'Observation' }],
  ['an unknown type', 404, 'not-found', 'POST', 'Person2', patient({})],
  ['an unknown resourceType', 400, 'invalid', 'POST', 'Patient', { resourceType: 'Foo' }],
  ['an unknown element', 422, 'structure', 'POST', 'Patient', patient({ nmae: [] })],
  ['a date that does not exist', 422, 'value', 'POST', 'Patient', patient({ birthDate: '2024-02-30' })],
  ['a date in another notation', 422, 'value', 'POST', 'Patient', patient({ birthDate: '30.01.2024' })],
  ['a search for such a date', 400, 'value', 'GET', 'Patient?birthdate=2024-02-30'],
  ['a bundle over the limit', 413, 'too-costly', 'POST', '', transaction(...Array<object>(21).fill(post(PATIENT)))],
  ['a bundle of another type', 400, 'value', 'POST', '', { resourceType: 'Bundle', type: 'collection' }],
  ['no bundle', 400, 'structure', 'POST', '', PATIENT],
  [
    'criteria in a circle',
    400,
    'invalid',
    'POST',
    '',
    transaction(
      post(observation(second), { ifNoneExist: `subject=${second}` }, first),
      post(observation(first), { ifNoneExist: `subject=${first}` }, second),
    ),
  ],
  ['a urn:uuid to no entry', 422, 'not-found', 'POST', '', transaction(post(PATIENT), post(observation(first)))],
  ['a reference to nothing', 422, 'not-found', 'POST', 'Observation', observation('Patient/nobody')],
  ['the same in a transaction', 422, 'not-found', 'POST', '', transaction(post(observation('Patient/nobody')))],
  ['a conditional reference', 422, 'not-supported', 'POST', 'Observation', observation('Patient?identifier=1')],
  ['one that finds nothing', 412, 'not-found', 'POST', '', transaction(post(observation('Patient?identifier=1')))],
  ['one to no type', 400, 'value', 'POST', '', transaction(post(PATIENT), post(observation('Foo?identifier=1')))],
  ['one with no criteria', 400, 'required', 'POST', '', transaction(post(observation('Patient?identifier=')))],
  ['a fullUrl twice', 400, 'duplicate', 'POST', '', transaction(post(PATIENT, {}, first), post(PATIENT, {}, first))],
  [
    'a resource twice',
    400,
    'duplicate',
    'POST',
    '',
    transaction(
      post(PATIENT),
      { request: { method: 'DELETE', url: 'Patient/known' } },
      {
        resource: { ...PATIENT, id: 'known' },
        request: { method: 'PUT', url: 'Patient/known' },
      },
    ),
  ],
  [
    'a patch that is no JSON',
    400,
    'structure',
    'POST',
    '',
    transaction(post(PATIENT), {
      resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data: 'e3t7' },
      request: { method: 'PATCH', url: 'Patient/known' },
    }),
  ],
  ['a misspelt condition', 400, 'structure', 'POST', '', transaction(post(PATIENT, { ifNoneExists: 'name=x' }))],
  ['a create with a query', 400, 'not-supported', 'POST', '', transaction(post(PATIENT, { url: 'Patient?name=x' }))],
  ['a parameter of no search', 400, 'not-supported', 'GET', 'Patient?favourite=1'],
  ['a parameter with a create', 400, 'not-supported', 'POST', 'Patient?name=x', patient({})],
  ['a parameter with a delete', 400, 'not-supported', 'DELETE', 'Patient/known?name=x'],
  ['a value of 100,000 characters', 400, 'too-long', 'GET', `Patient?name=${'a'.repeat(100_000)}`],
  ['the same by POST', 400, 'too-long', 'POST', 'Patient/_search', `name=${'a'.repeat(100_000)}`, search],
  ['a name of 100,000 characters', 400, 'too-long', 'GET', `Patient?${'a'.repeat(100_000)}=1`],
  ['5,000 OR values', 400, 'too-costly', 'GET', `Patient?name=${Array(5000).fill('a').join(',')}`],
  ['a path that is not encoded', 400, 'value', 'GET', 'Patient/%zz'],
  ['_pretty that is no boolean', 400, 'value', 'GET', 'Patient/known?_pretty=1'],
  ['a DOCTYPE', 400, 'structure', 'POST', 'Patient', '<!DOCTYPE x><Patient xmlns="http://hl7.org/fhir"/>', XML],
  ['a method of another protocol', 405, 'not-supported', 'OPTIONS', 'Patient'],
];

test.each<Case>([...CASES])('%s: %i %s', async (_what, status, code, method, path, ...rest) => {
  const before = await everything();
  const answer = await server.send(method, path, ...rest);
  expect([answer.status, answer.body.issue?.[0]?.code]).toEqual([status, code]);
  expectHelp(answer.body);
  expect(await everything()).toEqual(before);
});

test.each([
  ["'; drop table resource; --", 0],
  ["' or '1'='1", 0],
  ['(a+)+$', 0],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 0],
  ['%', 0],
  ['_', 0],
  [`\\'"`, 0],
])('the value %s is only a value', async (value, total) => {
  const before = await everything();
  for (const name of ['name', 'name:contains', 'name:exact', 'identifier', 'address-city']) {
    const { status, body } = await server.get(`Patient?${name}=${encodeURIComponent(value)}&_total=accurate`);
    expect([status, body.total]).toEqual([200, total]);
  }
  expect(await everything()).toEqual(before);
});

test.each([
  ['in the resource', { extension: [{ url: 'http://x', valueString: '(a+)+$' }] }],
  [
    'in a markdown of 100,000 characters',
    { text: undefined, language: 'en', name: [{ text: `${'a'.repeat(100_000)}!` }] },
  ],
  ['in base64 of 100,000 characters', { photo: [{ contentType: 'image/png', data: 'AAAA'.repeat(25_000) }] }],
  ['in a uri', { identifier: [{ system: `http://${'a.'.repeat(50_000)}` }] }],
])('regex bombs %s cost nothing', async (_where, rest) => {
  const started = performance.now();
  const { status } = await server.send('POST', 'Patient', patient(rest));
  expect(status).toBe(201);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('a declaration of 3 MB within XML is refused before it is read', async () => {
  const entities = '<!ENTITY a "b">'.repeat(200_000);
  const started = performance.now();
  const answer = await server.send('POST', 'Patient', `<!DOCTYPE x [${entities}]><Patient/>`, XML);
  expect([answer.status, answer.body.issue?.[0]?.code]).toEqual([400, 'structure']);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('an outcome never holds what the asked format cannot', async () => {
  const headers = { Accept: 'application/fhir+xml' };
  const answer = await server.send('POST', 'Patient', '{"resourceType":"Patient","a\\u0001":1}', headers);
  expect(answer.status).toBe(422);
  expect(answer.headers.get('content-type')).toMatch(/^application\/fhir\+xml/);
  expect(answer.text).toContain('a\ufffd');
});

test('integrity of references can be switched off', async () => {
  const other = await openFhirServer({ referentialIntegrity: false });
  expect((await other.send('POST', 'Observation', observation('Patient/nobody'))).status).toBe(201);
  await other.close();
});

test('PATCH of an unknown type tells what it takes', async () => {
  const { headers } = await server.send('PATCH', 'Patient/known', '[]', { 'Content-Type': 'text/plain' });
  expect(headers.get('accept-patch')).toBe('application/json-patch+json, application/fhir+json, application/fhir+xml');
});

function expectHelp({ resourceType, issue = [] }: Body): void {
  expect(resourceType).toBe('OperationOutcome');
  for (const { severity, details, expression } of issue) {
    expect(severity).toBe('error');
    expect(details.text).toMatch(/\w+\W+\w+\W+\w+/);
    expect(expression?.[0]).toMatch(/^(http\.|\[|\w)/);
  }
}

/** What is stored, and in which order it was numbered. */
async function everything(): Promise<unknown> {
  const { db } = server.engine;
  const tables = ['resource', 'history', 'ix_token', 'ix_ref', 'ix_string', 'ix_date'];
  return Promise.all(tables.map((table) => db.query({ text: `select count(*), max(pid) from ${table}`, values: [] })));
}
