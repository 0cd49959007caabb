import { reference, times, type Resource } from './resource.ts';

/** latitude, longitude, index of the place that it is part of. */
const PLACES: readonly (readonly [number, number, number | undefined])[] = [
  [-33.8688, 151.2093, undefined],
  [-33.87, 151.21, 0],
  [-33.9, 151.1, 0],
  [-33.88, 151.2, 1],
  [-33.88, 151.2, 3],
  [47.3769, 8.5417, undefined],
  [47.38, 8.54, 5],
  [0, 179.95, undefined],
  [0, -179.95, undefined],
  [89.9, 0, undefined],
];

export function locations(organizations: readonly Resource[]): Resource[] {
  return PLACES.map(([latitude, longitude, parent], index) => ({
    resourceType: 'Location',
    id: `loc-${index}`,
    status: index === 2 ? 'inactive' : 'active',
    name: `Ward ${index} ${index % 2 === 0 ? 'East' : 'Wést'}`,
    ...(index === 4 ? {} : { position: { latitude, longitude } }),
    ...(parent === undefined ? {} : { partOf: { reference: `Location/loc-${parent}` } }),
    managingOrganization: reference(
      organizations[index % organizations.length] ?? { resourceType: 'Organization', id: 'org-0' },
    ),
    address: { city: index < 5 ? 'Sydney' : 'Zürich', line: ['1 Main Road'] },
    type: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: index % 2 === 0 ? 'HOSP' : 'ER' },
        ],
      },
    ],
  }));
}

export function devices(people: readonly Resource[]): Resource[] {
  return times(4, (index) => ({
    resourceType: 'Device',
    id: `dev-${index}`,
    status: index === 3 ? 'inactive' : 'active',
    deviceName: [{ name: `Pump ${index}`, type: 'user-friendly-name' }],
    type: { coding: [{ system: 'http://clinic.example/devices', code: `d${index % 2}` }], text: 'Infusion pump' },
    ...(index < 2 ? { patient: reference(people[index] ?? { resourceType: 'Patient', id: 'pat-0' }) } : {}),
    url: `http://devices.example/${index}`,
  }));
}
