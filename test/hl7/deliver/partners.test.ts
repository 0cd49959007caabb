import { searchPages } from '../../../hl7-gateway/client/search-pages.ts';
import { openPartners, type Partners } from '../../../hl7-gateway/partner/partners.ts';
import { openDeliveryClinic, type DeliveryClinic } from './delivery-clinic.ts';

let clinic: DeliveryClinic;
let partners: Partners;
let isUp = true;
const told: string[] = [];
const failures: unknown[] = [];
beforeAll(async () => {
  clinic = await openDeliveryClinic();
  partners = openPartners({
    search(query) {
      return isUp ? searchPages(clinic.client, clinic.base, query) : Promise.reject(new Error('down'));
    },
    zone: 'Europe/Vienna',
    pause: 3_600_000,
    onError: (error) => failures.push(error),
    onProblem: (endpoint, problems) => told.push(`${endpoint}: ${problems.join('; ')}`),
  });
});
afterAll(async () => {
  await partners.close();
  await clinic.close();
});

const BASE = 'https://athanor.health/fhir/StructureDefinition/';

async function store(id: string, extension: object[], more: object = {}): Promise<void> {
  const { status, text } = await clinic.send('PUT', `Endpoint/${id}`, {
    resourceType: 'Endpoint',
    id,
    meta: { profile: [`${BASE}hl7-partner`] },
    status: 'active',
    name: id,
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7v2-mllp' },
    payloadType: [{ text: 'HL7 v2' }],
    address: 'mllp://192.0.2.1:2575',
    extension,
    ...more,
  });
  if (status !== 200 && status !== 201) throw new Error(text);
}

function settings(name: string, ...parts: readonly (readonly [string, object])[]): object {
  return { url: BASE + name, extension: parts.map(([url, value]) => ({ url, ...value })) };
}

const link = { localPort: 2575, remoteAddress: '::ffff:192.0.2.7' };

test('partners are what the server has, and what it had last while it does not answer', async () => {
  await store('lab', [settings('hl7-recognition', ['application', { valueString: 'LAB' }])]);
  await partners.refresh();
  expect(partners.recognise(link, ['LAB'], [])).toMatchObject({
    partner: { id: 'lab', timeZone: 'Europe/Vienna', patients: { mayCreate: false } },
  });
  isUp = false;
  await expect(partners.refresh()).rejects.toThrow('down');
  expect(partners.byId('lab')).toBeDefined();
  isUp = true;
  await store('lab', [settings('hl7-recognition', ['application', { valueString: 'LAB' }])], { status: 'suspended' });
  await partners.refresh();
  expect(partners.recognise(link, ['LAB'], [])).toEqual({ partner: undefined, isAmbiguous: false });
  expect(partners.byId('lab')).toMatchObject({ isActive: false });
});

test('an Endpoint that does not hold as a partner is told once and recognises nobody', async () => {
  await store('broken', [
    settings('hl7-recognition', ['facility', { valueString: 'BROKEN' }], ['address', { valueString: '10.0.0.0/99' }]),
    settings('hl7-reading', ['charset', { valueCode: 'klingon' }], ['zone', { valueCode: 'Mars/Base' }]),
  ]);
  await store('listed', [settings('hl7-recognition', ['facility', { valueString: 'X' }])], { meta: undefined });
  await partners.refresh();
  await partners.refresh();
  expect(told).toEqual([expect.stringMatching(/^broken: .*address.*charset.*zone/)]);
  expect(partners.recognise(link, [], ['BROKEN'])).toEqual({ partner: undefined, isAmbiguous: false });
  expect([...partners.problems().keys()]).toEqual(['broken']);
  expect(partners.byId('listed')).toBeUndefined();
});

test('a message that fits two partners is nobody’s', async () => {
  await store('ward-1', [settings('hl7-recognition', ['facility', { valueString: 'WARD' }])]);
  await store('ward-2', [settings('hl7-recognition', ['address', { valueString: '192.0.2.0/24' }])]);
  await partners.refresh();
  expect(partners.recognise(link, [], ['WARD'])).toEqual({ partner: undefined, isAmbiguous: true });
  expect(partners.recognise({ ...link, remoteAddress: '198.51.100.1' }, [], ['WARD'])).toMatchObject({
    partner: { id: 'ward-1' },
  });
});
