import type { Principal } from '../../server/access/principal.ts';
import { SERVER } from '../../server/access/principal.ts';
import { openAudit } from '../../server/audit/open-audit.ts';
import { graphql } from '../../server/graphql/graphql-operation.ts';
import { requestContext } from '../../server/fhir/request-context.ts';
import { route } from '../../server/fhir/router.ts';
import type { Statement } from '../../server/storage/db.ts';
import { openGraphServer, type GraphServer } from './graph-server.ts';

let server: GraphServer;
const ROOT: Principal = { ...SERVER, tenant: 1 };
let caller = ROOT;

const user = (fhirUser: string, roles: readonly string[], more: Partial<Principal> = {}): Principal => ({
  tenant: 1,
  kind: 'user',
  account: fhirUser,
  fhirUser,
  roles,
  purposes: [],
  ...more,
});
const PATIENT = user('Patient/a', ['patient']);
const PHYSICIAN = user('Practitioner/d', ['physician']);
const SECRET = { system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V' };

beforeAll(async () => {
  server = await openGraphServer({ authenticate: () => caller });
  const patients = ['a', 'b'].map((id) => ({ resourceType: 'Patient', id, name: [{ family: `Family-${id}` }] }));
  const observations = ['a', 'b', 'a'].map((id, index) => ({
    resourceType: 'Observation',
    id: `o${index}`,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${id}` },
    focus: [{ reference: 'Patient/a' }, { reference: 'Patient/b' }],
    note: [{ text: 'a note' }],
    ...(index === 2 ? { meta: { security: [SECRET] } } : {}),
  }));
  for (const resource of [...patients, ...observations])
    await server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);
});

afterAll(() => server.close());
afterEach(() => {
  caller = ROOT;
});

test('what somebody may not see is not there, whichever way it is asked for', async () => {
  caller = PATIENT;
  const { data, errors, text } = await server.ask(`{
    own: Patient(id: a) { id ObservationList(_reference: patient) { id } }
    foreign: Patient(id: b) { id }
    PatientList { id }
    ObservationList { id focus { reference resource(optional: true) { id ... on Patient { name { family } } } } }
    ObservationConnection { count edges { resource { id } } }
  }`);
  expect(errors).toEqual([]);
  expect(data).toEqual({
    own: { id: 'a', ObservationList: [{ id: 'o0' }] },
    foreign: null,
    PatientList: [{ id: 'a' }],
    ObservationList: [
      {
        id: 'o0',
        focus: [
          { reference: 'Patient/a', resource: { id: 'a', name: [{ family: 'Family-a' }] } },
          { reference: 'Patient/b', resource: null },
        ],
      },
    ],
    ObservationConnection: { count: 1, edges: [{ resource: { id: 'o0' } }] },
  });
  expect(text).not.toContain('Family-b');
});

test('a reference that must resolve and does not is an error at its place', async () => {
  caller = PATIENT;
  const { status, data, errors } = await server.ask('{ ObservationList { focus { resource { id } } } }');
  expect(status).toBe(200);
  expect(data).toEqual({ ObservationList: [{ focus: [{ resource: { id: 'a' } }, { resource: null }] }] });
  expect(errors).toEqual([
    expect.objectContaining({
      path: ['ObservationList', 0, 'focus', 1, 'resource'],
      extensions: { resource: expect.objectContaining({ resourceType: 'OperationOutcome' }) },
    }),
  ]);
});

test('starting from a resource that one may not see is 404', async () => {
  caller = PATIENT;
  expect(
    (await server.send('POST', 'Patient/b/$graphql', { query: '{ id }' }, { 'Content-Type': 'application/json' }))
      .status,
  ).toBe(404);
});

test('types that one may not see at all are empty, as everywhere', async () => {
  caller = user('Practitioner/d', ['receptionist']);
  const { data } = await server.ask(
    '{ ObservationList { id } Observation(id: o0) { id } PatientList(_sort: "_id") { id } }',
  );
  expect(data).toEqual({ ObservationList: [], Observation: null, PatientList: [{ id: 'a' }, { id: 'b' }] });
});

test('scopes limit it further', async () => {
  caller = { ...PHYSICIAN, scopes: ['user/Patient.rs'] };
  const { data } = await server.ask('{ Patient(id: a) { id } Observation(id: o0) { id } }');
  expect(data).toEqual({ Patient: { id: 'a' }, Observation: null });
  caller = { ...PHYSICIAN, scopes: [] };
  expect(
    (
      await server.send(
        'POST',
        '$graphql',
        { query: '{ Patient(id: a) { id } }' },
        { 'Content-Type': 'application/json' },
      )
    ).status,
  ).toBe(403);
});

test('hidden elements are masked and cannot be searched by', async () => {
  const role = {
    name: 'masked',
    title: 'Masked',
    grants: [
      {
        types: ['Patient', 'Observation'],
        interactions: ['read', 'search'],
        hidden: ['Patient.name', 'Observation.note'],
      },
    ],
  };
  caller = user('Practitioner/admin', ['administrator'], { secondFactor: Date.now(), signedIn: Date.now() });
  const parameter = [{ name: 'definition', valueString: JSON.stringify(role) }];
  expect((await server.send('POST', '$define-role', { resourceType: 'Parameters', parameter })).status).toBe(200);
  caller = user('Practitioner/d', ['masked']);
  const { data, errors, text } = await server.ask(
    '{ Patient(id: a) { id name { family } } ObservationList(_id: o0) { note { text } subject { resource { ... on Patient { name { family } } } } } named: PatientList(name: "Family") { id } }',
  );
  expect(data).toEqual({
    Patient: { id: 'a', name: null },
    ObservationList: [{ note: null, subject: { resource: { name: null } } }],
    named: null,
  });
  expect(errors).toHaveLength(1);
  expect(text).not.toContain('Family-a');
  expect(text).not.toContain('a note');
});

test('what was seen is recorded, and one statement reads a level', async () => {
  const statements: Statement[] = [];
  const { engine } = server;
  const db = {
    query: <R>(statement: Statement): Promise<R[]> => {
      statements.push(statement);
      return engine.db.query<R>(statement);
    },
  };
  const stored: Statement[] = [];
  const auditDb = { query: <R>(statement: Statement): Promise<R[]> => (stored.push(statement), Promise.resolve([])) };
  const audit = openAudit({ dbOf: () => auditDb, now: () => Date.now(), onError: () => undefined });
  const access = await engine.access(PHYSICIAN);
  const trail = audit.openTrail({ principal: PHYSICIAN, requestId: 'r', ip: '', baseUrl: server.base });
  const ctx = { ...requestContext(engine, { requestId: 'r', baseUrl: server.base, access, audit: trail }), db };
  const query =
    '{ ObservationList { subject { resource { ... on Patient { id ObservationList(_reference: patient) { id subject { resource { id } } } } } } focus { resource { id } } } }';
  const request = {
    method: 'POST',
    path: ['$graphql'],
    query: '',
    body: { query },
    headers: { prefer: {}, accept: [] },
  } as const;
  const answer = await route(engine, ctx, request);
  trail.succeeded(200);
  await trail.settle();
  expect(JSON.parse(answer.raw?.bytes.toString() ?? '')).toMatchObject({
    data: {
      ObservationList: [{ subject: { resource: { id: expect.any(String), ObservationList: expect.any(Array) } } }, {}],
    },
  });
  // The list, the patients of it, what refers to those: further references lead to what is read already.
  expect(statements).toHaveLength(3);
  expect(JSON.stringify(stored)).toContain('$graphql');
  expect(JSON.stringify(stored)).toContain('search-type');
});

test('the operation is the one that the specification defines', () => {
  expect(graphql).toMatchObject({ levels: ['system', 'instance'], affectsState: false });
});
