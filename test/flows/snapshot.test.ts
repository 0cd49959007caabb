import { openFhirServer, type Body, type FhirServer } from './fhir-server.ts';

const URL = 'https://clinic.example.org/StructureDefinition/named-patient';

const profile: Body = {
  resourceType: 'StructureDefinition',
  id: 'named-patient',
  url: URL,
  name: 'NamedPatient',
  status: 'active',
  kind: 'resource',
  abstract: false,
  type: 'Patient',
  baseDefinition: 'http://hl7.org/fhir/StructureDefinition/Patient',
  derivation: 'constraint',
  differential: { element: [{ id: 'Patient.name.family', path: 'Patient.name.family', min: 1 }] },
};

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
});

afterAll(() => server.close());

function parameters(parameter: object): Body {
  return { resourceType: 'Parameters', parameter: [parameter as { readonly name: string }] };
}

function element({ snapshot }: Body, id: string): object | undefined {
  const { element: elements } = snapshot as { readonly element: readonly { readonly id: string }[] };
  return elements.find((candidate) => candidate.id === id);
}

test('of a definition in the body', async () => {
  const answer = await server.send(
    'POST',
    'StructureDefinition/$snapshot',
    parameters({ name: 'definition', resource: profile }),
  );
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    resourceType: 'StructureDefinition',
    url: URL,
    differential: profile.differential,
  });
  expect(element(answer.body, 'Patient.name.family')).toMatchObject({ min: 1, max: '1' });
  expect(element(answer.body, 'Patient.birthDate')).toMatchObject({ min: 0, type: [{ code: 'date' }] });
});

test('of a stored one, by id and by url', async () => {
  expect((await server.send('PUT', 'StructureDefinition/named-patient', profile)).status).toBe(201);
  const byId = await server.send('GET', 'StructureDefinition/named-patient/$snapshot');
  expect(element(byId.body, 'Patient.name.family')).toMatchObject({ min: 1 });
  const byUrl = await server.send('GET', `StructureDefinition/$snapshot?url=${encodeURIComponent(URL)}`);
  expect(element(byUrl.body, 'Patient.name.family')).toMatchObject({ min: 1 });
});

test('of one of R4', async () => {
  const url = 'http://hl7.org/fhir/StructureDefinition/bp';
  const answer = await server.send('POST', 'StructureDefinition/$snapshot', parameters({ name: 'url', valueUri: url }));
  expect(element(answer.body, 'Observation.component:SystolicBP')).toMatchObject({ min: 1, max: '1' });
});

test.each<[string, Body | undefined, number, string]>([
  ['nothing', undefined, 400, 'needs a StructureDefinition'],
  ['an unknown url', parameters({ name: 'url', valueUri: 'https://nowhere.example.org/x' }), 404, 'is known here'],
  [
    'another resource',
    parameters({ name: 'definition', resource: { resourceType: 'Patient' } }),
    400,
    'holds one StructureDefinition',
  ],
  [
    'an unknown base',
    parameters({ name: 'definition', resource: { ...profile, baseDefinition: 'https://nowhere.example.org/x' } }),
    422,
    'is not known here',
  ],
  [
    'an element that does not exist',
    parameters({
      name: 'definition',
      resource: { ...profile, differential: { element: [{ id: 'Patient.nickname', path: 'Patient.nickname' }] } },
    }),
    422,
    '"nickname" is no element there',
  ],
])('refuses %s', async (_name, body, status, text) => {
  const answer = await server.send('POST', 'StructureDefinition/$snapshot', body);
  expect(answer.status).toBe(status);
  expect(answer.body.issue?.[0]?.details.text).toContain(text);
});
