import { testClinic, type TestBody } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const desk = clinic.as({ roles: ['receptionist'], fhirUser: 'Practitioner/desk' });
const ANNA = {
  name: [{ family: 'Byrne', given: ['Anna'] }],
  birthDate: '1984-05-17',
  gender: 'female',
  telecom: [{ system: 'phone', value: '+353 1 555 0100' }],
  identifier: [{ system: 'urn:oid:1.2.3', value: 'A1' }],
};

interface Match {
  readonly fullUrl: string;
  readonly resource: { readonly id: string };
  readonly search: { readonly score: number; readonly extension: readonly { readonly valueCode: string }[] };
}

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'desk' });
  await clinic.store({
    resourceType: 'Organization',
    id: 'clinic',
    name: 'Kiln Street Infirmary',
    extension: [{ url: 'https://athanor.health/fhir/StructureDefinition/mrn-assigner', valueBoolean: true }],
  });
  await clinic.store(patient({ id: 'anna', ...ANNA }));
  await clinic.store(
    patient({ id: 'eva', ...ANNA, name: [{ family: 'Byrne', given: ['Eva'] }], identifier: undefined }),
  );
});

function patient(more: object): { resourceType: 'Patient'; id?: string } {
  return { resourceType: 'Patient', ...more };
}

function ask(code: string, resource: object, more: readonly object[] = []): ReturnType<typeof desk.send> {
  return desk.send('POST', `Patient/$${code}`, {
    resourceType: 'Parameters',
    parameter: [{ name: 'resource', resource }, ...more],
  });
}

function found({ entry = [] }: TestBody & { entry?: readonly Match[] }): unknown[] {
  return entry.map(({ resource, search }) => [resource.id, search.extension[0]?.valueCode]);
}

const only = { name: 'onlyCertainMatches', valueBoolean: true };

test('$match tells who it may be, the surest first, and twins apart', async () => {
  const { status, body } = await ask('match', patient({ ...ANNA, identifier: undefined }));
  expect([status, body.type, found(body)]).toEqual([
    200,
    'searchset',
    [
      ['anna', 'certain'],
      ['eva', 'possible'],
    ],
  ]);
  const { entry } = body as TestBody & { entry: readonly Match[] };
  expect(entry[0]?.fullUrl).toMatch(/^http.*\/Patient\/anna$/);
  expect(entry.map(({ search }) => search.score > 0 && search.score <= 1)).toEqual([true, true]);
});

test('$match takes the Patient as the whole body, and tells no more than is asked for', async () => {
  const { body } = await desk.send('POST', 'Patient/$match?count=1', patient({ ...ANNA, identifier: undefined }));
  expect(found(body)).toEqual([['anna', 'certain']]);
  expect(found((await ask('match', patient({ name: ANNA.name, birthDate: ANNA.birthDate }), [only])).body)).toEqual([]);
  expect(found((await ask('match', patient({ identifier: ANNA.identifier }), [only])).body)).toEqual([
    ['anna', 'certain'],
  ]);
});

test('two who fit equally well are none of them certain', async () => {
  const same = { ...ANNA, identifier: undefined, name: [{ family: 'Same', given: ['Una'] }], birthDate: '1990-01-01' };
  await clinic.store(patient(same));
  await clinic.store(patient(same));
  const { body } = await ask('match', patient(same));
  expect(found(body).map((each) => (each as string[])[1])).toEqual(['probable', 'probable']);
  expect(found((await ask('match', patient(same), [only])).body)).toEqual([]);
});

test.each([
  ['a description of nobody', patient({ gender: 'male' }), [], 422],
  ['another resource', { resourceType: 'Practitioner' }, [], 422],
  ['a count of 0', patient(ANNA), [{ name: 'count', valueInteger: 0 }], 422],
  ['a count that is no number', patient(ANNA), [{ name: 'count', valueString: 'x' }], 400],
  ['an unknown parameter', patient(ANNA), [{ name: 'fuzzy', valueBoolean: true }], 400],
])('$match refuses %s', async (_what, resource, more, status) => {
  expect((await ask('match', resource, more)).status).toBe(status);
});

test('who may not call $match does not', async () => {
  const patientHimself = clinic.as({ roles: ['patient'], fhirUser: 'Patient/anna' });
  expect((await patientHimself.send('POST', 'Patient/$match', patient(ANNA))).status).toBe(403);
});

test('$register stores who is new with a number, refuses who is there, and stores whom the desk insists on', async () => {
  const una = patient({ name: [{ family: 'Quill', given: ['Nora'] }], birthDate: '2001-02-03', gender: 'female' });
  const first = await ask('register', una);
  expect([first.status, first.body.managingOrganization]).toEqual([200, { reference: 'Organization/clinic' }]);
  expect(first.body.identifier).toEqual([
    expect.objectContaining({ system: expect.stringContaining('mrn/clinic') as string }),
  ]);
  const second = await ask('register', una);
  expect([second.status, second.body.issue?.at(-1)?.details.text]).toEqual([
    409,
    expect.stringContaining(`Patient/${first.body.id ?? ''} seems to be the same person`),
  ]);
  const third = await ask('register', una, [{ name: 'force', valueBoolean: true }]);
  expect([third.status, third.body.id === first.body.id]).toEqual([200, false]);
});

test('ten desks that register one person at once store one', async () => {
  const person = patient({ name: [{ family: 'Rush', given: ['Ivo'] }], birthDate: '1999-09-09' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask('register', person)));
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
});
