import type { PricedContext } from './applies.ts';

const charge = { resourceType: 'ChargeItem', status: 'billable', code: { text: 'sample' }, subject: {} } as const;
const named = { id: 'sample', meta: { versionId: '1', lastUpdated: '2026-01-01T00:00:00Z' } } as const;

/** What conditions are tried on when they are written: somebody of whom much is known, and nobody. */
export const SAMPLES: readonly PricedContext[] = [
  {
    charge: {
      ...charge,
      code: { coding: [{ system: 'urn:sample', code: 'sample' }], text: 'sample' },
      subject: { reference: 'Patient/sample' },
      context: { reference: 'Encounter/sample' },
      occurrenceDateTime: '2026-01-02T10:00:00Z',
      quantity: { value: 1 },
      account: [{ reference: 'Account/sample' }],
    },
    patient: {
      resourceType: 'Patient',
      ...named,
      active: true,
      identifier: [{ system: 'urn:sample', value: 'sample' }],
      name: [{ use: 'official', family: 'Sample', given: ['Sample'] }],
      telecom: [{ system: 'phone', value: '0' }],
      gender: 'female',
      birthDate: '1950-01-01',
      address: [{ city: 'Sample', postalCode: '0', country: 'GB' }],
      managingOrganization: { reference: 'Organization/sample' },
      generalPractitioner: [{ reference: 'Practitioner/sample' }],
    },
    encounter: {
      resourceType: 'Encounter',
      ...named,
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: { reference: 'Patient/sample' },
      serviceType: { text: 'sample' },
      period: { start: '2026-01-01T10:00:00Z' },
      serviceProvider: { reference: 'Organization/sample' },
    },
    day: '2026-01-02',
  },
  { charge, patient: undefined, encounter: undefined, day: '2026-01-02' },
];
