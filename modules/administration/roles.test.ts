import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const AMB = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'somebody' });
  await clinic.store({ resourceType: 'Patient', id: 'pat' });
  await clinic.store({
    resourceType: 'Location',
    id: 'bed',
    physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'bd' }] },
  });
});

/** What somebody with a role is answered, in the order of what they try. */
async function tries(role: string): Promise<Readonly<Record<string, number>>> {
  const user = clinic.as({ roles: [role], fhirUser: role === 'patient' ? 'Patient/pat' : 'Practitioner/somebody' });
  const encounter = await clinic.store({
    resourceType: 'Encounter',
    status: 'arrived',
    class: AMB,
    subject: { reference: 'Patient/pat' },
    reasonCode: [{ text: 'chest pain' }],
  });
  const path = `Encounter/${encounter.id}`;
  const parameters = (...parameter: object[]): object => ({ resourceType: 'Parameters', parameter });
  const bed = { name: 'bed', valueReference: { reference: 'Location/bed' } };
  const resource = { name: 'resource', resource: { resourceType: 'Patient', birthDate: '2001-01-01' } };
  const links = ['source-patient', 'target-patient'].map((name) => ({
    name,
    valueReference: { reference: 'Patient/pat' },
  }));
  const post = async (operation: string, body: object): Promise<number> =>
    (await user.send('POST', operation, body)).status;
  const answers = {
    admit: await post(`${path}/$admit`, parameters(bed)),
    discharge: await post(`${path}/$discharge`, parameters()),
    match: await post('Patient/$match', parameters(resource)),
    register: await post('Patient/$register', parameters({ ...resource, resource: { resourceType: 'Patient' } })),
    merge: await post('Patient/$merge', parameters(...links)),
  };
  const stored = await clinic.get(path);
  // What somebody may not see is not lost when they change the rest.
  expect(stored.body.reasonCode).toEqual([{ text: 'chest pain' }]);
  if (stored.body.status === 'in-progress') await clinic.send('PUT', path, { ...stored.body, status: 'finished' });
  return answers;
}

const all = { admit: 200, discharge: 200, match: 200, register: 200, merge: 422 };

test.each([
  ['receptionist', { ...all, merge: 403 }],
  ['nurse', { ...all, register: 403, merge: 403 }],
  ['physician', { ...all, register: 403, merge: 403 }],
  ['pharmacist', { ...all, admit: 403, discharge: 403, register: 403, merge: 403 }],
  ['patient', { admit: 403, discharge: 403, match: 403, register: 403, merge: 403 }],
  ['biller', { admit: 403, discharge: 403, match: 403, register: 403, merge: 403 }],
])('what a %s may do', async (role, expected) => {
  expect(await tries(role)).toEqual(expected);
});

test('a records officer merges, and sees no charts', async () => {
  const officer = clinic.as({ roles: ['records-officer'], fhirUser: 'Practitioner/somebody' });
  const found = await Promise.all(['Encounter', 'Patient'].map(async (type) => (await officer.get(type)).body.total));
  expect(found).toEqual([0, expect.any(Number)]);
});
