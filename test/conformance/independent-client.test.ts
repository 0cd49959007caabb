import { MedplumClient } from '@medplum/core';
import type { Bundle, Observation, Patient } from '@medplum/fhirtypes';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';

const MRN = 'http://clinic.example/mrn';

let server: FhirServer;
let client: MedplumClient;
let patient: Patient & { id: string };

beforeAll(async () => {
  server = await openFhirServer();
  client = new MedplumClient({ baseUrl: new URL('/', server.base).href, fhirUrlPath: 'fhir/R4', fetch, cacheTime: 0 });
  const ada: Patient = {
    resourceType: 'Patient',
    identifier: [{ system: MRN, value: '1815' }],
    name: [{ family: 'Lovelace', given: ['Ada'] }],
    birthDate: '1815-12-10',
  };
  patient = await client.createResource(ada);
});

afterAll(() => server.close());

test('create, read and vread', async () => {
  expect(patient.meta?.versionId).toBe('1');
  expect(await client.readResource('Patient', patient.id)).toEqual(patient);
  expect(await client.readVersion('Patient', patient.id, '1')).toEqual(patient);
  await expect(client.readResource('Patient', 'nobody')).rejects.toThrow('nobody');
});

test('conditional create and conditional update', async () => {
  const same: Patient = { resourceType: 'Patient', identifier: [{ system: MRN, value: '1815' }] };
  expect(await client.createResourceIfNoneExist(same, `identifier=${MRN}|1815`)).toEqual(patient);
  const byron: Patient = { resourceType: 'Patient', identifier: [{ system: MRN, value: '1788' }] };
  const created = await client.upsertResource(byron, `identifier=${MRN}|1788`);
  const updated = await client.upsertResource({ ...byron, gender: 'male' }, `identifier=${MRN}|1788`);
  expect([updated.id, updated.meta?.versionId, updated.gender]).toEqual([created.id, '2', 'male']);
});

test('update, patch, history and delete', async () => {
  const { id, ...babbage } = await client.createResource<Patient>({ resourceType: 'Patient', active: true });
  await client.updateResource({ ...babbage, id, active: false });
  const patched = await client.patchResource('Patient', id, [{ op: 'add', path: '/gender', value: 'male' }]);
  expect(patched).toMatchObject({ id, active: false, gender: 'male', meta: { versionId: '3' } });
  const history = await client.readHistory('Patient', id);
  expect(history.entry?.map(({ resource }) => resource?.meta?.versionId)).toEqual(['3', '2', '1']);
  await client.deleteResource('Patient', id);
  await expect(client.readResource('Patient', id)).rejects.toThrow('deleted');
});

test('search, pages and $everything', async () => {
  const weight = (day: number): Observation => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    subject: { reference: `Patient/${patient.id}` },
    effectiveDateTime: `1840-05-0${day}`,
    valueQuantity: { value: 50 + day, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  });
  const transaction: Bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [1, 2, 3, 4, 5].map((day) => ({ resource: weight(day), request: { method: 'POST', url: 'Observation' } })),
  };
  const response = await client.executeBatch(transaction);
  expect(response.entry?.map((entry) => entry.response?.status.slice(0, 3))).toEqual(Array(5).fill('201'));

  const heavy = await client.searchResources('Observation', {
    'patient.name': 'lovel',
    'value-quantity': 'gt53000|http://unitsofmeasure.org|g',
  });
  expect(heavy.map((found) => found.valueQuantity?.value)).toEqual([55, 54]);

  const days: (string | undefined)[] = [];
  for await (const page of client.searchResourcePages('Observation', { _sort: 'date', _count: 2 })) {
    days.push(page.map((found) => found.effectiveDateTime?.slice(-1)).join(''));
  }
  expect(days).toEqual(['12', '34', '5']);

  const everything = await client.readPatientEverything(patient.id);
  expect(everything.entry).toHaveLength(6);
});
