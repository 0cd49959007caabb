import { testClinic } from '#sdk/testing';

// In a clinic of its own: bots that react late to what another test did would count as what a path has changed.
const clinic = testClinic(import.meta.dirname);
const AMB = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' } as const;

test('no path leads into a closed bed', async () => {
  await clinic.store({
    resourceType: 'Location',
    id: 'closed',
    status: 'suspended',
    mode: 'instance',
    physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'bd' }] },
  } as const);
  const accepted = { resourceType: 'Encounter', status: 'in-progress', class: AMB } as const;
  const location = { location: { reference: 'Location/closed' }, status: 'active' } as const;
  const fhirPathPatch = {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'add' },
          { name: 'path', valueString: 'Encounter' },
          { name: 'name', valueString: 'location' },
          {
            name: 'value',
            part: [
              { name: 'location', valueReference: location.location },
              { name: 'status', valueCode: 'active' },
            ],
          },
        ],
      },
    ],
  };
  const refused = { ...accepted, location: [location] };
  expect(await clinic.bypasses({ accepted, refused, fhirPathPatch, fault: 'administration.bedClosed' })).toEqual([]);
});
