import type { FhirServer } from '../flows/fhir-server.ts';
import { SSN } from './protected-server.ts';

/** Everything by which she could be known. */
export const NAMES = [
  'Kovalevskaya',
  'Sofya Kovalevskaya',
  '111-22-9876',
  'MRN-4242',
  '+46-555-0188',
  'sofya@example.org',
  'Krukovskaya',
];
const ME = { reference: 'Patient/sofya', display: 'Sofya Kovalevskaya' };
export const OTHER = { reference: 'Patient/other', display: 'Gösta M.' };

export async function put(server: FhirServer, resource: object, id: string): Promise<void> {
  const { resourceType } = resource as { resourceType: string };
  const answer = await server.send('PUT', `${resourceType}/${id}`, { id, ...resource });
  expect([id, answer.status, answer.status < 300 ? '' : answer.text]).toEqual([id, answer.status, '']);
}

function sofya(extra: object = {}): object {
  return {
    resourceType: 'Patient',
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Sofya Kovalevskaya</div>' },
    identifier: [
      { system: SSN, value: '111-22-9876' },
      { system: 'https://clinic.example/mrn', value: 'MRN-4242' },
    ],
    name: [{ family: 'Kovalevskaya', given: ['Sofya', 'Vasilyevna'] }],
    telecom: [
      { system: 'phone', value: '+46-555-0188' },
      { system: 'email', value: 'sofya@example.org' },
    ],
    ...extra,
  };
}

/** A patient, what is theirs, and what others say of them, in every way that the tests look at. */
export async function storeRecord(server: FhirServer): Promise<void> {
  await put(server, sofya({ name: [{ family: 'Krukovskaya', given: ['Sofya'] }] }), 'sofya');
  await put(server, sofya(), 'sofya');
  await put(
    server,
    { resourceType: 'Patient', name: [{ family: 'Mittag' }], link: [{ other: ME, type: 'seealso' }] },
    'other',
  );
  await put(server, { resourceType: 'Practitioner', name: [{ family: 'Weierstrass' }] }, 'doc');
  const code = { text: 'x' };
  await put(
    server,
    { resourceType: 'Observation', status: 'final', code, subject: ME, valueQuantity: { value: 1.5 } },
    'hers',
  );
  await put(
    server,
    { resourceType: 'Observation', status: 'final', code, subject: ME, note: [{ text: 'Kovalevskaya sleeps' }] },
    'hers',
  );
  await put(
    server,
    { resourceType: 'Observation', status: 'final', code, subject: OTHER, performer: [ME], valueString: '2.50' },
    'his',
  );
  await put(server, { resourceType: 'Condition', subject: ME, code }, 'deleted');
  await server.send('DELETE', 'Condition/deleted');
  const data = Buffer.from('Scan of Sofya Kovalevskaya').toString('base64');
  await put(server, { resourceType: 'Binary', contentType: 'text/plain', data }, 'scan');
  await put(
    server,
    {
      resourceType: 'DocumentReference',
      status: 'current',
      subject: ME,
      content: [{ attachment: { url: 'Binary/scan' } }],
    },
    'scan',
  );
  await put(
    server,
    {
      resourceType: 'Group',
      type: 'person',
      actual: true,
      name: 'Kovalevsky Sisters',
      member: [{ entity: ME }, { entity: OTHER }],
    },
    'group',
  );
  await put(
    server,
    { resourceType: 'List', status: 'current', mode: 'working', title: 'Ward', entry: [{ item: ME }, { item: OTHER }] },
    'list',
  );
  await put(
    server,
    {
      resourceType: 'Appointment',
      status: 'booked',
      participant: [
        { actor: ME, status: 'accepted' },
        { actor: OTHER, status: 'accepted' },
      ],
      comment: 'Call Sofya Kovalevskaya before',
    },
    'shared',
  );
  await put(
    server,
    { resourceType: 'Appointment', status: 'booked', participant: [{ actor: ME, status: 'accepted' }] },
    'own',
  );
  await put(
    server,
    { resourceType: 'RelatedPerson', patient: ME, name: [{ family: 'Kovalevskaya', given: ['Fufa'] }] },
    'child',
  );
  await put(
    server,
    { resourceType: 'Person', name: [{ family: 'Kovalevskaya' }], link: [{ target: { reference: 'Patient/sofya' } }] },
    'person',
  );
  await put(
    server,
    {
      resourceType: 'Provenance',
      target: [{ reference: 'Observation/hers' }],
      recorded: '2026-01-01T00:00:00Z',
      agent: [{ who: { reference: 'Practitioner/doc' } }],
    },
    'provenance',
  );
  await put(
    server,
    {
      resourceType: 'Provenance',
      target: [{ reference: 'Observation/hers' }, { reference: 'Observation/his' }],
      recorded: '2026-01-01T00:00:00Z',
      agent: [{ who: { reference: 'Practitioner/doc' } }],
    },
    'both',
  );
  await put(
    server,
    {
      resourceType: 'Basic',
      code,
      contained: [{ resourceType: 'Patient', id: 'p', name: [{ family: 'Kovalevskaya' }] }],
      author: { reference: 'Practitioner/doc' },
      subject: ME,
    },
    'basic',
  );
  await put(
    server,
    {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [{ fullUrl: 'urn:uuid:1', resource: { ...sofya(), id: 'sofya' } }],
    },
    'bundle',
  );
  await put(
    server,
    {
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      owner: { reference: 'Practitioner/doc' },
      focus: OTHER,
      description: 'ask Kovalevskaya',
      requester: ME,
    },
    'task',
  );
  // A reference that was corrected meanwhile stands in history alone.
  await put(server, { resourceType: 'Flag', status: 'active', code, subject: ME }, 'moved');
  await put(server, { resourceType: 'Flag', status: 'active', code, subject: OTHER }, 'moved');
  await server.send(
    'POST',
    'Patient',
    { resourceType: 'Patient', name: [{ text: 'Sofya Kovalevskaya' }], link: [{ other: ME, type: 'refer' }] },
    { 'Idempotency-Key': 'k' },
  );
  await server.get('Patient?name=kovalevskaya');
  await server.get(`Patient?identifier=${SSN}|111-22-9876`);
  await server.get('Practitioner?name=sofya%20kovalevskaya');
}
