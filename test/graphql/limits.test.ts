import { getIntrospectionQuery, parse, validateSchema } from 'graphql';
import { loadDefinitions } from '../../server/definitions/load.ts';
import { createSchema, graphName } from '../../server/graphql/schema.ts';
import { checkSize, MAX_TOKENS } from '../../server/graphql/query-limits.ts';
import { namedTypes } from '../../server/graphql/named-types.ts';
import { openGraphServer, type GraphServer } from './graph-server.ts';

const MANY_TYPES = loadDefinitions().resourceTypes.slice(0, 41);

let server: GraphServer;

beforeAll(async () => {
  server = await openGraphServer({ maxCount: 20 });
  await server.send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p' });
  await server.send('PUT', 'Patient/q', { resourceType: 'Patient', id: 'q' });
  const entry = Array.from({ length: 30 }, (_, index) => ({
    request: { method: 'POST', url: 'Observation' },
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { text: `c${index}` },
      subject: { reference: index < 25 ? 'Patient/p' : 'Patient/q' },
      effectiveDateTime: `2024-01-${String(index + 1).padStart(2, '0')}`,
    },
  }));
  await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
});

afterAll(() => server.close());

/** `{ Patient(id: p) { link { other { resource { … id … } } } } }`, with that many levels */
function deep(levels: number): string {
  let inside = '{ id }';
  for (let level = 1; level < levels; level += 1) inside = `{ extension ${inside} }`;
  return `{ Patient(id: p) ${inside} }`;
}

test.each<[string, string, number, string]>([
  ['a depth of 12 is answered', deep(11), 200, ''],
  ['a depth of 13 is not', deep(12), 400, '13 levels deep'],
  [
    'a depth hidden in fragments',
    `{ Patient(id: p) { ...A } } fragment A on Patient { ${deep(12)
      .replace(/^.{18}/, '')
      .slice(1, -3)} }`,
    400,
    'levels deep',
  ],
  [
    'many aliases',
    `{ ${Array.from({ length: 300 }, (_, index) => `a${index}: Patient(id: p) { id }`).join(' ')} }`,
    400,
    '',
  ],
  [
    'fragments that multiply',
    `{ Patient(id: p) { ...A0 } } ${Array.from({ length: 20 }, (_, n) => `fragment A${n} on Patient { ${n === 19 ? 'id' : `a: link { other { resource { ...A${n + 1} } } } b: link { other { resource { ...A${n + 1} } } }`} }`).join(' ')}`,
    400,
    '',
  ],
  ['fragments that hold themselves', '{ Patient(id: p) { ...A } } fragment A on Patient { ...A }', 400, 'holds itself'],
  ['too many words', `{ Patient(id: p) { ${'id '.repeat(2100)} } }`, 400, 'token'],
  ['a syntax error', '{ Patient(id: p { id } }', 400, 'Syntax Error'],
  ['an unknown field', '{ Patient(id: p) { nonsense } }', 400, 'Cannot query field "nonsense"'],
  ['an unknown type', '{ Nonsense(id: p) { id } }', 400, 'Cannot query field "Nonsense"'],
  ['an unknown argument', '{ PatientList(nonsense: 5) { id } }', 400, 'Unknown argument "nonsense"'],
  ['an unknown directive', '{ Patient(id: p) { id @nonsense } }', 400, 'Unknown directive'],
  ['a mutation', 'mutation { PatientDelete(id: p) }', 400, 'Only queries'],
  ['a subscription', 'subscription { PatientList { id } }', 400, 'Only queries'],
  [
    'an operation that is not there',
    'query A { Patient(id: p) { id } } query B { Patient(id: p) { id } }',
    400,
    'operation name',
  ],
  ['nothing', ' ', 400, 'Syntax Error'],
  [
    'too many types',
    `{ ${MANY_TYPES.map((type) => `${type}(id: p) { id }`).join(' ')} }`,
    400,
    'names 41 resource types',
  ],
  ['the schema beside data', '{ __schema { queryType { name } } Patient(id: p) { id } }', 400, 'without anything else'],
  [
    'the schema in a fragment',
    '{ ...A } fragment A on Query { __schema { queryType { name } } }',
    400,
    'without anything else',
  ],
])('%s', async (_what, query, status, message) => {
  const answer = await server.ask(query);
  expect(answer.status).toBe(status);
  expect(answer.errors[0]?.message ?? '').toContain(message);
});

test.each<[string, string, string]>([
  ['a list that is too long', '{ ObservationList { id } }', 'More than 20 Observation resources match'],
  [
    'a list of what refers that is too long',
    '{ PatientList { ObservationList(_reference: patient) { id } } }',
    'More than 20',
  ],
  [
    'too many searches',
    `{ ${Array.from({ length: 60 }, (_, index) => `a${index}: PatientList(_id: "x${index}") { id }`).join(' ')} }`,
    'more than 50 searches',
  ],
  [
    'a reference that leads elsewhere',
    '{ PatientList { ObservationList(_reference: encounter) { id } } }',
    'these do:',
  ],
  [
    'a FHIRPath that is none',
    '{ Patient(id: p) { name(fhirpath: "(((") { use } } PatientList(fhirpath: "name.") { id } }',
    'fhirpath cannot be evaluated',
  ],
  ['a FHIRPath that does not fit', '{ PatientList(fhirpath: "nonsense") { id } }', 'fhirpath cannot be evaluated'],
  ['a search value that is none', '{ ObservationList(date: "yesterday") { id } }', 'date'],
  ['a count that is none', '{ ObservationList(_count: 0) { id } }', '_count'],
  ['an argument without values', '{ ObservationList(date: []) { id } }', 'needs a value'],
])('%s is an error of its field', async (_what, query, message) => {
  const { status, errors } = await server.ask(query);
  expect([200, 400]).toContain(status);
  expect(errors.map((error) => error.message).join(' ')).toContain(message);
  expect(errors[0]?.extensions?.resource).toMatchObject({ resourceType: 'OperationOutcome' });
});

test('the newest few of each are found although all together are too many', async () => {
  const { data, errors } = await server.ask(
    '{ PatientList(_sort: "_id") { ObservationList(_reference: subject, _count: 2, _sort: "-date") { effectiveDateTime } } }',
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({
    PatientList: [
      { ObservationList: [{ effectiveDateTime: '2024-01-25' }, { effectiveDateTime: '2024-01-24' }] },
      { ObservationList: [{ effectiveDateTime: '2024-01-30' }, { effectiveDateTime: '2024-01-29' }] },
    ],
  });
});

test('variables may be declared as any scalar', async () => {
  const query =
    'query ($id: ID!, $since: String, $ids: [String!]) { Patient(id: $id) { id } ObservationList(subject: $id, date: $since) { id } PatientList(_id: $ids) { id } }';
  const { data, errors } = await server.ask(query, '$graphql', { id: 'q', since: 'ge2024-01-30', ids: ['p', 'q'] });
  expect(errors).toEqual([]);
  expect(data).toMatchObject({ Patient: { id: 'q' }, ObservationList: [{}], PatientList: [{}, {}] });
  const missing = await server.ask('query ($id: ID!) { Patient(id: $id) { id } }');
  expect(missing.errors[0]?.message).toContain('$id');
});

test('the names of prototypes are names like any other', async () => {
  const { data } = await server.ask('{ __proto__: Patient(id: p) { constructor: id toString: resourceType } }');
  expect(JSON.stringify(data)).toBe('{"__proto__":{"constructor":"p","toString":"Patient"}}');
});

describe('the schema', () => {
  test('answers what there is, to one who asks in another way than the last one after a pause', async () => {
    const query =
      '{ __schema { queryType { fields { name } } types { name kind } } __type(name: "Patient") { interfaces { name } } }';
    const { status, text, data } = await server.ask(query);
    expect(status).toBe(200);
    expect(data).toMatchObject({
      __schema: {
        queryType: {
          fields: expect.arrayContaining([{ name: 'Patient' }, { name: 'PatientList' }, { name: 'PatientConnection' }]),
        },
        types: expect.arrayContaining([{ name: 'PatientContact', kind: 'OBJECT' }]),
      },
      __type: { interfaces: [{ name: 'Resource' }] },
    });
    expect((await server.ask(query)).text).toBe(text);
    const otherwise = await server.send('POST', '$graphql', { query: '{ __schema { queryType { name } } }' });
    expect([otherwise.status, otherwise.headers.get('retry-after')]).toEqual([429, '5']);
    expect((await server.ask('{ __schema { queryType { name } } }', 'Patient/p/$graphql')).status).toBe(400);
  });

  test('what tools ask is small enough to be answered', () => {
    expect(() => checkSize(parse(getIntrospectionQuery(), { maxTokens: MAX_TOKENS }))).not.toThrow();
  });

  test('what only looks as if it asked for the schema is answered to each for itself', async () => {
    expect((await server.ask('{ PatientList(name: "__schema") { id } }')).data).toEqual({ PatientList: [] });
    expect((await server.ask('{ Patient(id: p) { __typename } }')).data).toEqual({
      Patient: { __typename: 'Patient' },
    });
  });

  test('of all types is valid, and names are unique', () => {
    const { definitions, registry } = server.engine;
    const schema = createSchema(definitions, registry, definitions.resourceTypes, undefined);
    expect(validateSchema(schema)).toEqual([]);
  }, 60_000);

  test('of the types of a query has the same fields', () => {
    const { definitions, registry } = server.engine;
    const named = namedTypes(
      definitions,
      parse(
        '{ Patient(id: a) { generalPractitioner { resource { ... on Practitioner { id } } } ObservationList(_reference: patient) { id } } }',
      ),
    );
    expect(named).toEqual(['Observation', 'Patient', 'Practitioner']);
    const schema = createSchema(definitions, registry, named, undefined);
    expect(validateSchema(schema)).toEqual([]);
    expect(schema.getType('Patient')).toBeDefined();
    expect(graphName('Patient.contact')).toBe('PatientContact');
  });
});
