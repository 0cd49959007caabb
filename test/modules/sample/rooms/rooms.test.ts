import type { ResourceOf } from '#sdk';
import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);

const NUMBER = 'https://example.org/StructureDefinition/room-number';
const withNumber = (number: string): ResourceOf<'Location'> => ({
  resourceType: 'Location',
  extension: [{ url: NUMBER, valueString: number }],
});

test('the front room is there from the beginning', async () => {
  expect((await clinic.get('Location?room-number=0.01')).body.total).toBe(1);
});

test('no path stores a room whose number nobody can read', async () => {
  const part = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'Location.extension[0].value' },
    { name: 'value', valueString: 'cellar' },
  ];
  const bypasses = await clinic.bypasses({
    accepted: withNumber('4.01'),
    refused: withNumber('cellar'),
    fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] },
    fault: 'rooms.badNumber',
  });
  expect(bypasses).toEqual([]);
});
