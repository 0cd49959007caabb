import { EXAMPLES, openGraphServer, type GraphServer } from './graph-server.ts';

let server: GraphServer;

beforeAll(async () => {
  server = await openGraphServer();
  for (const resource of EXAMPLES) await server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);
  // The digits of the quantity must come back as they were sent.
  const exact = { ...EXAMPLES[4], valueQuantity: { value: 185.5, unit: 'lbs' } };
  await server.send('PUT', 'Observation/one', JSON.stringify(exact).replace('185.5', '185.50'));
});

afterAll(() => server.close());

const PATIENT = 'Patient/example/$graphql';
const ONE = 'Observation/one/$graphql';

/** https://hl7.org/fhir/R4/graphql.html, each with what the page says that it gives. */
test.each<[string, string, string, unknown]>([
  [
    'fields',
    PATIENT,
    '{ name { text given family } }',
    {
      name: [
        { text: null, given: ['Peter', 'James'], family: 'Chalmers' },
        { text: null, given: ['Jim'], family: null },
        { text: null, given: ['Peter', 'James'], family: 'Windsor' },
      ],
    },
  ],
  [
    'polymorphic fields',
    ONE,
    '{ valueQuantity { unit } valueString }',
    { valueQuantity: { unit: 'lbs' }, valueString: null },
  ],
  [
    'extensions of primitives',
    PATIENT,
    '{ birthDate _birthDate { extension { valueDateTime } } }',
    {
      birthDate: '1974-12-25',
      _birthDate: { extension: [{ valueDateTime: '1974-12-25T14:35:45-05:00' }] },
    },
  ],
  [
    'fhirpath',
    PATIENT,
    '{ name(fhirpath: "family.exists()") { family } }',
    { name: [{ family: 'Chalmers' }, { family: 'Windsor' }] },
  ],
  ['a part', PATIENT, '{ name(use: official) { family } }', { name: [{ family: 'Chalmers' }] }],
  [
    'an extension',
    PATIENT,
    '{ myext: extension(url: "http://myextension.url/details") { value: valueString } }',
    { myext: [{ value: 'some value' }] },
  ],
  ['a part of a list', PATIENT, '{ name(_count: 1, _offset: 1) { use } }', { name: [{ use: 'usual' }] }],
  [
    'a reference',
    ONE,
    '{ id subject { reference resource { ... on Patient { birthDate } ... on Group { name } } } code { coding { system code } } }',
    {
      id: 'one',
      subject: { reference: 'Patient/example', resource: { birthDate: '1974-12-25' } },
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    },
  ],
  [
    'a reference by its type',
    ONE,
    '{ subject { reference resource(type: Patient) { birthDate } resource(type: Practitioner) { qualification { code { text } } } } }',
    {
      subject: { reference: 'Patient/example', resource: { birthDate: '1974-12-25' } },
    },
  ],
  [
    'references of several types',
    ONE,
    '{ performer { resource(type: Practitioner) { name { family } } } }',
    {
      performer: [{ resource: { name: [{ family: 'Careful' }] } }, { resource: null }],
    },
  ],
  [
    'a contained resource',
    PATIENT,
    '{ managingOrganization { resource { __typename id ... on Organization { name } } } contained { resourceType } }',
    {
      managingOrganization: { resource: { __typename: 'Organization', id: 'inside', name: 'Inside' } },
      contained: [{ resourceType: 'Organization' }],
    },
  ],
  ['one resource', '$graphql', '{ Patient(id: example) { id active } }', { Patient: { id: 'example', active: true } }],
  [
    'a list',
    '$graphql',
    '{ ObservationList(status: final, patient: example) { id status } }',
    { ObservationList: [{ id: 'one', status: 'final' }] },
  ],
  [
    'any of several values',
    '$graphql',
    '{ PatientList(_id: [example, other], _sort: "_id") { id } }',
    { PatientList: [{ id: 'example' }, { id: 'other' }] },
  ],
  [
    'a search by name',
    '$graphql',
    '{ PatientList(name: "pet", _sort: family) { name { family } } }',
    {
      PatientList: [
        { name: [{ family: 'Chalmers' }, { family: null }, { family: 'Windsor' }] },
        { name: [{ family: 'Pet' }] },
      ],
    },
  ],
  [
    'conditions that must all hold',
    '$graphql',
    '{ ObservationList(_filter: "code eq 8302-2 and status eq preliminary") { id } }',
    { ObservationList: [{ id: 'two' }] },
  ],
  [
    'what refers to it',
    PATIENT,
    '{ birthDate ObservationList(_reference: patient, status: final) { id } }',
    { birthDate: '1974-12-25', ObservationList: [{ id: 'one' }] },
  ],
  [
    'pages of what refers to it',
    PATIENT,
    '{ ObservationConnection(_reference: patient, _count: 1) { count edges { mode resource { resourceType } } } }',
    {
      ObservationConnection: { count: 2, edges: [{ mode: 'match', resource: { resourceType: 'Observation' } }] },
    },
  ],
  ['@skip and @include', PATIENT, '{ id @skip(if: true) active @include(if: true) }', { active: true }],
  [
    '@flatten',
    PATIENT,
    '{ identifier @flatten { system value } active name @flatten { text given family } }',
    {
      system: ['urn:oid:1.2.36.146.595.217.0.1'],
      value: ['12345'],
      active: true,
      given: ['Peter', 'James', 'Jim', 'Peter', 'James'],
      family: ['Chalmers', 'Windsor'],
    },
  ],
  [
    '@first',
    PATIENT,
    '{ identifier @flatten { system value } active name @flatten { text given @first family } }',
    {
      system: ['urn:oid:1.2.36.146.595.217.0.1'],
      value: ['12345'],
      active: true,
      given: ['Peter', 'Jim', 'Peter'],
      family: ['Chalmers', 'Windsor'],
    },
  ],
  [
    '@singleton',
    PATIENT,
    '{ identifier @flatten { system @singleton value @singleton } active name @flatten @first { text given family @singleton } }',
    {
      system: 'urn:oid:1.2.36.146.595.217.0.1',
      value: '12345',
      active: true,
      given: ['Peter', 'James'],
      family: 'Chalmers',
    },
  ],
  [
    '@slice by an element',
    PATIENT,
    '{ name @flatten @slice(path: "use") { given family @singleton } }',
    {
      'given.official': ['Peter', 'James'],
      'family.official': 'Chalmers',
      'given.usual': ['Jim'],
      'given.maiden': ['Peter', 'James'],
      'family.maiden': 'Windsor',
    },
  ],
  [
    '@slice by the place',
    PATIENT,
    '{ name @flatten @slice(path: "$index") { given family @singleton } }',
    {
      'given.0': ['Peter', 'James'],
      'family.0': 'Chalmers',
      'given.1': ['Jim'],
      'given.2': ['Peter', 'James'],
      'family.2': 'Windsor',
    },
  ],
])('%s', async (_what, path, query, data) => {
  const answer = await server.ask(query, path);
  expect(answer.errors).toEqual([]);
  expect(answer.data).toEqual(data);
});

test('decimals keep their digits', async () => {
  const { text } = await server.ask('{ valueQuantity { value } }', ONE);
  expect(text).toBe('{"data":{"valueQuantity":{"value":185.50}}}');
});

test('pages are followed by their cursors, which belong to who asked', async () => {
  const first = await server.ask(
    '{ PatientConnection(_sort: "_id", _count: 1) { count pagesize edges { resource { id } } first next } }',
  );
  expect(first.data).toMatchObject({
    PatientConnection: { count: 2, pagesize: 1, edges: [{ resource: { id: 'example' } }] },
  });
  const { next, first: start } = first.data?.PatientConnection as { next: string; first: string };
  const follow = (cursor: string, more = ''): ReturnType<typeof server.ask> =>
    server.ask(
      `query ($c: String) { PatientConnection(_cursor: $c${more}) { edges { resource { id } } next } }`,
      '$graphql',
      { c: cursor },
    );
  expect((await follow(next)).data).toEqual({
    PatientConnection: { edges: [{ resource: { id: 'other' } }], next: null },
  });
  expect((await follow(start)).data).toMatchObject({ PatientConnection: { edges: [{ resource: { id: 'example' } }] } });
  expect((await follow(next, ', name: "x"')).errors[0]?.message).toContain('give it alone');
  expect((await follow('%')).errors[0]?.message).toContain('_cursor must be');
  const forged = Buffer.from(Buffer.from(next, 'base64url').toString().replace('_sort=_id', '_sort=family')).toString(
    'base64url',
  );
  expect((await follow(forged)).errors[0]?.message).toContain('does not belong to this request');
});

describe('ways to ask', () => {
  const query = '{ Patient(id: example) { id } }';
  const data = { data: { Patient: { id: 'example' } } };
  test.each<[string, () => Promise<{ status: number; text: string; headers: Headers }>]>([
    ['GET', () => server.get(`$graphql?query=${encodeURIComponent(query)}`)],
    [
      'GET with variables',
      () =>
        server.get(
          `$graphql?query=${encodeURIComponent('query Q($id: ID!) { Patient(id: $id) { id } }')}&operationName=Q&variables=${encodeURIComponent('{"id":"example"}')}`,
        ),
    ],
    ['application/graphql', () => server.send('POST', '$graphql', query, { 'Content-Type': 'application/graphql' })],
    [
      'application/graphql on a resource',
      () =>
        server.send(
          'POST',
          PATIENT,
          query
            .replace(/^\{ |\(id: example\)| \}$/g, '')
            .replace('Patient', 'x:name')
            .replace('{ id }', '{ id }') && '{ Patient: identifier @flatten { id: value @singleton } }',
          { 'Content-Type': 'application/graphql' },
        ),
    ],
    ['application/json', () => server.send('POST', '$graphql', { query }, { 'Content-Type': 'application/json' })],
    [
      'Parameters',
      () =>
        server.send('POST', '$graphql', {
          resourceType: 'Parameters',
          parameter: [{ name: 'query', valueString: query }],
        }),
    ],
  ])('%s', async (what, ask) => {
    const { status, text, headers } = await ask();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(JSON.parse(text)).toEqual(what.endsWith('resource') ? { data: { id: '12345' } } : data);
  });

  test.each([
    [{}, 'query is missing'],
    [{ query: 5 }, 'query is missing'],
    [{ query, variables: [] }, 'variables must be an object'],
    [{ query, operationName: 5 }, 'operationName'],
    [{ query, other: 1 }, 'other'],
  ])('%j is refused', async (body, message) => {
    const { status, text } = await server.send('POST', '$graphql', body, { 'Content-Type': 'application/json' });
    expect(status).toBe(400);
    expect(text).toContain(message);
  });
});
