import { openFhirServer, type Body, type FhirServer } from './fhir-server.ts';

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
  await server.send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p', gender: 'female' });
  await server.send('PUT', 'Observation/o', observation('o'));
});
afterAll(() => server.close());

const observation = (id: string): Record<string, unknown> => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: 'height' },
  subject: { reference: 'Patient/p' },
});

/** Severity, code and first expression of the errors. */
function errors({ issue = [] }: Body): string[] {
  return issue
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ code, expression }) => `${code} ${expression?.[0] ?? ''}`);
}

const parameters = (resource: object | undefined, rest: Record<string, string> = {}): object => ({
  resourceType: 'Parameters',
  parameter: [
    ...Object.entries(rest).map(([name, value]) => ({ name, [name === 'profile' ? 'valueUri' : 'valueCode']: value })),
    ...(resource === undefined ? [] : [{ name: 'resource', resource }]),
  ],
});

describe('$validate', () => {
  const valid = { resourceType: 'Patient', gender: 'female' };
  const invalid = { resourceType: 'Patient', gender: 'girl', birthDate: '2020-02-30', name: [{ famly: 'A' }] };
  const INVALID = ['code-invalid Patient.gender', 'value Patient.birthDate', 'structure Patient.name[0].famly'];

  test('a valid resource as the body', async () => {
    const { status, body } = await server.send('POST', 'Patient/$validate', valid);
    expect(status).toBe(200);
    expect(body.resourceType).toBe('OperationOutcome');
    expect(errors(body)).toEqual([]);
  });

  test.each([
    ['as the body', invalid],
    ['in Parameters', parameters(invalid)],
    ['in Parameters with a mode', parameters(invalid, { mode: 'create' })],
  ])('an invalid resource %s: every error with its element, and nothing is stored', async (_how, body) => {
    const before = (await server.get('Patient?_summary=count')).body.total;
    const answer = await server.send('POST', 'Patient/$validate', body);
    expect(answer.status).toBe(200);
    expect(errors(answer.body).sort()).toEqual([...INVALID].sort());
    expect((await server.get('Patient?_summary=count')).body.total).toBe(before);
  });

  test('the stored resource of an instance', async () => {
    const { status, body } = await server.get('Observation/o/$validate');
    expect([status, errors(body)]).toEqual([200, []]);
    expect((await server.get('Observation/none/$validate')).status).toBe(404);
  });

  test('line and column in the JSON that was sent', async () => {
    const text = '{\n  "resourceType": "Patient",\n  "birthDate": "2020-13-01"\n}';
    const { body } = await server.send('POST', 'Patient/$validate', text);
    const [issue] = body.issue ?? [];
    expect(issue).toMatchObject({
      expression: ['Patient.birthDate'],
      extension: [
        { url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line', valueInteger: 3 },
        { url: 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col', valueInteger: 16 },
      ],
    });
  });

  test('mode=create and mode=update ask for what references name', async () => {
    const lost = { ...observation('x'), subject: { reference: 'Patient/nobody' } };
    const create = await server.send('POST', 'Observation/$validate?mode=create', lost);
    expect(errors(create.body)).toEqual(['not-found Observation.subject.reference']);
    const update = await server.send('POST', 'Observation/o/$validate?mode=update', observation('other'));
    expect(errors(update.body)).toEqual(['value Observation.id']);
  });

  test('mode=delete tells who still refers', async () => {
    const used = await server.get('Patient/p/$validate?mode=delete');
    expect(used.body.issue?.[0]).toMatchObject({ code: 'conflict' });
    expect(used.text).toContain('Observation/o');
    expect(errors((await server.get('Observation/o/$validate?mode=delete')).body)).toEqual([]);
  });

  test('profiles of the request', async () => {
    const profile = 'http://hl7.org/fhir/StructureDefinition/bodyheight';
    const asked = `Observation/$validate?mode=profile&profile=${encodeURIComponent(profile)}`;
    const { body } = await server.send('POST', asked, observation('x'));
    expect(errors(body).length).toBeGreaterThan(0);
    const given = await server.send('POST', 'Observation/$validate', parameters(observation('x'), { profile }));
    expect(errors(given.body)).toEqual(errors(body));
    const unknown = await server.send('POST', 'Observation/$validate?profile=http://nowhere/p', observation('x'));
    expect([unknown.status, unknown.body.issue?.length]).toEqual([200, 1]);
  });

  test.each([
    ['Patient/$validate', { resourceType: 'Observation' }, 'must be a Patient', 400],
    ['Patient/$validate?mode=replace', valid, 'mode must be one of', 400],
    ['Patient/$validate?mode=profile', valid, 'needs the parameter profile', 400],
    ['Patient/$validate?mode=delete', valid, '[type]/[id]/$validate', 400],
    ['Patient/$validate', parameters(undefined), 'Send the Patient', 400],
    ['Patient/$validate?colour=red', valid, 'colour', 400],
  ])('%s is refused with what would be accepted', async (path, body, text, status) => {
    const answer = await server.send('POST', path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.issue?.[0]?.details.text).toContain(text);
  });
});

describe('writes', () => {
  test('an error refuses, with line and column; a warning rides along', async () => {
    const refused = await server.send('POST', 'Patient', { resourceType: 'Patient', gender: 'girl' });
    expect([refused.status, errors(refused.body)]).toEqual([422, ['code-invalid Patient.gender']]);
    expect(refused.body.issue?.[0]).toHaveProperty('extension');
    const unknown = { url: 'http://example.org/fhir/StructureDefinition/unheard-of', valueString: 'x' };
    const warned = await server.send(
      'POST',
      'Patient',
      { resourceType: 'Patient', extension: [unknown] },
      { Prefer: 'return=OperationOutcome' },
    );
    expect(warned.status).toBe(201);
    expect(warned.body.issue?.map(({ severity }) => severity)).toContain('warning');
  });

  test('an entry of a transaction is named', async () => {
    const { status, body } = await server.send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: { resourceType: 'Patient', gender: 'girl' }, request: { method: 'POST', url: 'Patient' } }],
    });
    expect([status, errors(body)]).toEqual([422, ['code-invalid Bundle.entry[0].resource.gender']]);
  });
});
