import type { Principal } from '../../server/access/principal.ts';
import { rectify } from '../../server/fhir/operations/rectify.ts';
import { openFhirServer, type Body, type FhirServer } from '../flows/fhir-server.ts';

let server: FhirServer;
let principal: Principal;

const SERVER: Principal = { tenant: 1, kind: 'server', roles: [], purposes: [] };
const ADA: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'ada',
  fhirUser: 'Patient/ada',
  roles: ['patient'],
  purposes: [],
};
const STAFF: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'officer',
  fhirUser: 'Practitioner/officer',
  roles: ['auditor'],
  purposes: [],
};

beforeAll(async () => {
  server = await openFhirServer({ operations: () => [rectify], authenticate: () => principal });
  principal = SERVER;
  for (const id of ['ada', 'bob']) await server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id });
  await server.send('PUT', 'Practitioner/officer', { resourceType: 'Practitioner', id: 'officer' });
  for (const id of ['ada', 'bob']) {
    const answer = await server.send('PUT', `Observation/${id}`, {
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { text: 'weight' },
      subject: { reference: `Patient/${id}` },
    });
    expect(answer.status).toBe(201);
  }
});
afterAll(() => server.close());

async function call(who: Principal, parameters: Readonly<Record<string, string>>, id = 'ada') {
  principal = who;
  const parameter = Object.entries(parameters).map(([name, valueString]) => ({ name, valueString }));
  const answer = await server.send('POST', `Patient/${id}/$rectify`, { resourceType: 'Parameters', parameter });
  principal = SERVER;
  return answer;
}

const ASKED = { request: 'My weight was 61 kg, not 91.', target: 'Observation/ada' };

async function asked(): Promise<Body> {
  const { body, status, text } = await call(ADA, ASKED);
  expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  return body;
}

test('a request of the patient becomes a Task with a due date, and a Provenance', async () => {
  const task = await asked();
  expect(task).toMatchObject({
    resourceType: 'Task',
    status: 'requested',
    description: ASKED.request,
    focus: { reference: 'Observation/ada' },
    for: { reference: 'Patient/ada' },
    requester: { reference: 'Patient/ada' },
  });
  const { restriction, authoredOn } = task as unknown as {
    restriction: { period: { end: string } };
    authoredOn: string;
  };
  expect(Date.parse(restriction.period.end) - Date.parse(authoredOn)).toBe(30 * 24 * 3_600_000);
  const { body } = await server.get(`Provenance?target=Task/${task.id ?? ''}`);
  expect(body.total).toBe(1);
  expect(body.entry?.[0]?.resource).toMatchObject({ agent: [{ who: { reference: 'Patient/ada' } }] });
});

test.each([
  ['without a text', { target: 'Observation/ada' }, 400],
  ['with an empty text', { request: '  ' }, 400],
  ['of what is not a resource', { request: 'x', target: 'nonsense' }, 422],
  ['of what does not exist', { request: 'x', target: 'Observation/none' }, 404],
  ['of what is of somebody else', { request: 'x', target: 'Observation/bob' }, 404],
  ['with what it does not take', { request: 'x', colour: 'red' }, 400],
])('a request %s is refused', async (_, parameters, status) => {
  expect((await call(ADA, parameters as Readonly<Record<string, string>>)).status).toBe(status);
});

test('of the record of somebody else there is nothing to correct', async () => {
  expect((await call(ADA, ASKED, 'bob')).status).toBe(404);
  expect((await call(SERVER, { request: 'x', target: 'Observation/ada' }, 'bob')).status).toBe(422);
});

test('staff decides, once, and patients do not', async () => {
  const { id: task = '' } = await asked();
  expect((await call(ADA, { task, decision: 'accepted' })).status).toBe(403);
  expect((await call({ ...STAFF, roles: ['administrator'] }, { task, decision: 'accepted' })).status).toBe(403);
  expect((await call(STAFF, { task, decision: 'maybe' })).status).toBe(400);
  expect((await call(STAFF, { task, decision: 'denied' })).status).toBe(400);
  expect((await call(STAFF, { decision: 'accepted', request: 'x' })).status).toBe(400);
  const { body } = await call(STAFF, { task, decision: 'accepted' });
  expect(body).toMatchObject({ status: 'accepted', owner: { reference: 'Practitioner/officer' } });
  expect((await call(STAFF, { task, decision: 'denied', reason: 'too late' })).status).toBe(409);
  expect((await call(ADA, { task, statement: 'x' })).status).toBe(409);
  expect((await server.get(`Provenance?target=Task/${task}`)).body.total).toBe(2);
});

test('after a denial the statement of the patient goes along with the record', async () => {
  const { id: task = '' } = await asked();
  const { body } = await call(STAFF, { task, decision: 'denied', reason: 'The scale was calibrated.' });
  expect(body).toMatchObject({ status: 'rejected', statusReason: { text: 'The scale was calibrated.' } });
  const statement = 'I was weighed with my coat on.';
  expect((await call(ADA, { task, statement })).body).toMatchObject({
    resourceType: 'Communication',
    about: [{ reference: 'Observation/ada' }],
    basedOn: [{ reference: `Task/${task}` }],
    payload: [{ contentString: statement }],
    reasonCode: [{ text: 'The scale was calibrated.' }],
  });
  expect((await server.get('Patient/ada/$everything')).text).toContain(statement);
});

test('only requests for corrections of this patient are decided', async () => {
  const { id: task = '' } = await asked();
  expect((await call(STAFF, { task, decision: 'accepted' }, 'bob')).status).toBe(404);
  expect((await call(STAFF, { task: 'none', decision: 'accepted' })).status).toBe(404);
  expect((await call(STAFF, { task: '../x', decision: 'accepted' })).status).toBe(404);
  const other = await server.send('POST', 'Task', {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    for: { reference: 'Patient/ada' },
  });
  expect((await call(STAFF, { task: other.body.id ?? '', decision: 'accepted' })).status).toBe(404);
});
