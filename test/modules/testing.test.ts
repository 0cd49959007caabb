import { join } from 'node:path';
import { testClinic } from '#sdk/testing';

const clinic = testClinic(join(import.meta.dirname, 'sample/rooms-cleaning'));

test('a module comes with those that it depends on', async () => {
  const { body } = await clinic.get('$modules');
  const states = JSON.stringify(body.parameter).match(/"valueCode":"(enabled|left-out)"/g);
  expect(states).toHaveLength(3);
  expect(states?.every((state) => state.includes('enabled'))).toBe(true);
});

test('resources are stored, or it says why not', async () => {
  const patient = await clinic.store({ resourceType: 'Patient', id: 'p1', active: true });
  expect(patient.meta.versionId).toBe('1');
  await expect(clinic.store({ resourceType: 'Location', id: 'Not an id!' })).rejects.toThrow(/^4\d\d: /);
});

test('somebody with roles sees what they may', async () => {
  const physician = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/d1' });
  expect((await physician.get('$room-count')).status).toBe(403);
  expect((await clinic.get('$room-count')).status).toBe(200);
});
