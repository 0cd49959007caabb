import type { Db } from '../../server/storage/db.ts';
import { idsOf, openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { newMasters, openProtectedServer, openRaw, placesOf, SSN } from './protected-server.ts';

const masters = newMasters();
const PARTS = 'default,Observation.note,Communication.payload,Observation.value,https://clinic.example/member';
let server: FhirServer;
let raw: Db;

beforeAll(async () => {
  server = await openProtectedServer(PARTS, masters);
  raw = openRaw(server);
});
afterAll(async () => {
  await raw.close();
  await server.close();
});

const DIV = '<div xmlns="http://www.w3.org/1999/xhtml">Ada, 987-65-4321</div>';
const PATIENT = {
  resourceType: 'Patient',
  id: 'ada',
  text: { status: 'generated', div: DIV },
  identifier: [
    {
      use: 'official',
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'SS' }] },
      system: SSN,
      value: '987-65-4321',
      _value: {
        extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/rendered-value', valueString: 'xxx-xx-4321' }],
      },
    },
    { system: 'https://clinic.example/mrn', value: 'MRN-77' },
  ],
  name: [{ family: 'Lovelace', given: ['Ada'] }],
};
const SECRETS = ['987-65-4321', 'xxx-xx-4321', 'M-555-01', 'seems afraid', '7.250', 'meet me at', 'S-9001', 'C-4711'];

async function put(resource: { readonly resourceType: string; readonly id: string }): Promise<void> {
  const answer = await server.send('PUT', `${resource.resourceType}/${resource.id}`, resource);
  expect(answer.status).toBeLessThan(300);
}

const OBSERVATION =
  '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/ada"},' +
  '"valueQuantity":{"value":7.250,"unit":"mmol/L"},"note":[{"text":"seems afraid \\"/\\\\/ \\u00e9"},{"text":"second"}]}';

beforeAll(async () => {
  await put(PATIENT);
  await server.send('PUT', 'Observation/o1', OBSERVATION);
  await put({
    resourceType: 'Coverage',
    id: 'c1',
    status: 'active',
    beneficiary: { reference: 'Patient/ada' },
    payor: [{ display: 'x' }],
    subscriberId: 'S-9001',
    identifier: [{ system: 'https://insurer.example/contract', value: 'C-4711' }],
    meta: {
      tag: [{ system: 'https://clinic.example/tags', code: 'kept' }],
      security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }],
    },
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'EHCPOL' }] },
  } as never);
  await put({
    resourceType: 'Communication',
    id: 'm1',
    status: 'completed',
    subject: { reference: 'Patient/ada' },
    payload: [{ contentString: 'meet me at noon' }],
  } as never);
  await put({
    resourceType: 'Encounter',
    id: 'e1',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { identifier: { system: 'https://clinic.example/member', value: 'M-555-01' } },
    contained: [{ resourceType: 'Patient', id: 'p', identifier: [{ system: SSN, value: '987-65-4321' }] }],
  } as never);
  await server.send('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        resource: { ...PATIENT, id: 'in-bundle' },
        request: { method: 'PUT', url: 'Patient/in-bundle' },
      },
      {
        resource: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: PATIENT }] },
        request: { method: 'POST', url: 'Bundle' },
      },
    ],
  });
});

describe('what is protected', () => {
  test('stands nowhere in the database in clear', async () => {
    expect(await placesOf(raw, SECRETS)).toEqual([]);
    expect(await placesOf(raw, ['MRN-77'])).toContain('resource.body');
  });

  test('reads back exactly as it was written', async () => {
    const { meta, ...patient } = (await server.get('Patient/ada')).body;
    expect(patient).toEqual(PATIENT);
    expect(meta?.versionId).toBe('1');
    const { text } = await server.get('Observation/o1');
    expect(text).toContain('"valueQuantity":{"value":7.250,"unit":"mmol/L"}');
    expect(text).toContain('"note":[{"text":"seems afraid \\"/\\\\/ é"},{"text":"second"}]');
    expect((await server.get('Encounter/e1')).body).toMatchObject({
      contained: [{ identifier: [{ value: '987-65-4321' }] }],
      subject: { identifier: { value: 'M-555-01' } },
    });
    const bundles = await server.get('Bundle');
    expect(bundles.body.entry?.[0]?.resource?.entry?.[0]?.resource).toEqual(PATIENT);
  });

  test.each([
    ['its system and value', `Patient?identifier=${SSN}|987-65-4321`, ['Patient/ada', 'Patient/in-bundle']],
    ['its value', 'Patient?identifier=987-65-4321', ['Patient/ada', 'Patient/in-bundle']],
    ['its system', `Patient?identifier=${SSN}|`, ['Patient/ada', 'Patient/in-bundle']],
    ['another value', `Patient?identifier=${SSN}|987-65-4322`, []],
    ['the value in another system', 'Patient?identifier=urn:x|987-65-4321', []],
    [
      'the kind of identifier',
      'Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|SS|987-65-4321',
      ['Patient/ada', 'Patient/in-bundle'],
    ],
    ['what is not protected beside it', 'Patient?identifier=MRN-77', ['Patient/ada', 'Patient/in-bundle']],
    ['a chain', `Observation?patient.identifier=${SSN}|987-65-4321`, ['Observation/o1']],
    [
      'a reference by identifier',
      'Encounter?subject:identifier=https://clinic.example/member|M-555-01',
      ['Encounter/e1'],
    ],
    ['an identifier of a type', 'Coverage?identifier=https://insurer.example/contract|C-4711', ['Coverage/c1']],
    ['it without a system', 'Coverage?identifier=C-4711', ['Coverage/c1']],
    ['its type', 'Coverage?type=http://terminology.hl7.org/CodeSystem/v3-ActCode|EHCPOL', ['Coverage/c1']],
    ['its tag', 'Coverage?_tag=https://clinic.example/tags|kept', ['Coverage/c1']],
    ['its label', 'Coverage?_security=http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R', ['Coverage/c1']],
    ['its status with its system', 'Coverage?status=http://hl7.org/fhir/fm-status|active', ['Coverage/c1']],
    ['_has', 'Patient?_has:Coverage:beneficiary:identifier=C-4711', ['Patient/ada']],
    [
      'a contained resource',
      `Patient?_contained=true&_containedType=contained&identifier=${SSN}|987-65-4321`,
      ['Patient/p'],
    ],
    ['words of a protected note', 'Observation?_content=afraid', []],
    ['words of a protected narrative', 'Patient?_text=ada', []],
  ])('searched by %s', async (_, query, expected) => {
    const { body, status, text } = await server.get(query);
    expect(status).toBe(200);
    expect(idsOf(body).sort()).toEqual(expected);
    expect(text).not.toContain(':"\\/');
  });

  test('a search result, an include and history give it back', async () => {
    const found = await server.get('Observation?_id=o1&_include=Observation:patient');
    expect(found.text).toContain('seems afraid');
    expect(found.text).toContain('987-65-4321');
    expect((await server.get('Patient/ada/$everything')).text).toContain('seems afraid');
  });

  test('writing the same again makes no version, a change makes one; history shows both', async () => {
    const same = await server.send('PUT', 'Patient/ada', PATIENT);
    expect(same.body.meta?.versionId).toBe('1');
    const changed = { ...PATIENT, identifier: [{ system: SSN, value: '111-22-3333' }] };
    expect((await server.send('PUT', 'Patient/ada', changed)).body.meta?.versionId).toBe('2');
    expect(idsOf((await server.get(`Patient?identifier=${SSN}|987-65-4321`)).body)).toEqual(['Patient/in-bundle']);
    expect(idsOf((await server.get(`Patient?identifier=${SSN}|111-22-3333`)).body)).toEqual(['Patient/ada']);
    const history = await server.get('Patient/ada/_history');
    expect(history.body.entry?.map(({ resource }) => (resource?.identifier as { value: string }[])[0]?.value)).toEqual([
      '111-22-3333',
      '987-65-4321',
    ]);
    expect((await server.get('Patient/ada/_history/1')).text).toContain('987-65-4321');
    expect(await placesOf(raw, ['987-65-4321', '111-22-3333'])).toEqual([]);
    const patch = [{ op: 'replace', path: '/identifier/0/value', value: '987-65-4321' }];
    const headers = { 'Content-Type': 'application/json-patch+json' };
    const patched = await server.send('PATCH', 'Patient/ada', patch, headers);
    expect(patched.text).toContain('987-65-4321');
    expect(idsOf((await server.get(`Patient?identifier=${SSN}|111-22-3333`)).body)).toEqual([]);
  });

  test('conditional verbs find it', async () => {
    const resource = { resourceType: 'Patient', identifier: [{ system: SSN, value: '000-11-2222' }] };
    const query = `identifier=${SSN}|000-11-2222`;
    const first = await server.send('POST', 'Patient', resource, { 'If-None-Exist': query });
    const again = await server.send('POST', 'Patient', resource, { 'If-None-Exist': query });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    const updated = await server.send('PUT', `Patient?${query}`, { ...resource, active: true });
    expect(updated.body.id).toBe(first.body.id);
    expect((await server.send('DELETE', `Patient?${query}`)).status).toBeLessThan(300);
    expect(idsOf((await server.get(`Patient?${query}`)).body)).toEqual([]);
    expect((await server.get(`Patient/${first.body.id ?? ''}/_history`)).text).toContain('000-11-2222');
  });

  test('an answer that is kept for repetition is encrypted', async () => {
    const resource = { resourceType: 'Patient', identifier: [{ system: SSN, value: '222-33-4444' }] };
    const first = await server.send('POST', 'Patient', resource, { 'Idempotency-Key': 'k1' });
    const again = await server.send('POST', 'Patient', resource, { 'Idempotency-Key': 'k1' });
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    expect(again.text).toBe(first.text);
    expect(again.text).toContain('222-33-4444');
    expect(await placesOf(raw, ['222-33-4444'])).toEqual([]);
  });

  test('a client cannot write what looks encrypted', async () => {
    const [row] = await raw.query<{ body: string }>({
      text: `select body from resource where id = 'in-bundle' and type > 0`,
      values: [],
    });
    const token = /"value":"\\(\/[0-9a-z]+\.[A-Za-z0-9_-]+)"/.exec(row?.body ?? '')?.[1] ?? '';
    expect(token).not.toBe('');
    for (const value of [token, `\\${token}`, `"${token}`, `"\\${token}`]) {
      const text = `{"resourceType":"Basic","id":"forged","code":{"text":${JSON.stringify(value)}}}`;
      expect((await server.send('PUT', 'Basic/forged', text)).status).toBeLessThan(300);
      expect((await server.get('Basic/forged')).body.code).toEqual({ text: value });
    }
    const raised = `{"resourceType":"Basic","id":"forged","code":{"text":"\\${token}"}}`;
    await server.send('PUT', 'Basic/forged', raised);
    expect((await server.get('Basic/forged')).body.code).toEqual({ text: token });
  });

  test('what is moved to another resource does not open', async () => {
    await put({ resourceType: 'Patient', id: 'thief', identifier: [{ system: SSN, value: '1' }] } as never);
    await raw.query({
      text: `update resource set body = (select body from resource where id = 'in-bundle' and type > 0) where id = 'thief'`,
      values: [],
    });
    const { status, text } = await server.get('Patient/thief');
    expect(status).toBe(500);
    expect(text).not.toContain('987-65');
    await raw.query({ text: `update resource set body = '}}' where id = 'thief'`, values: [] });
  });

  test('another process reads it, and one with another master key does not start', async () => {
    const other = await openProtectedServer(PARTS, masters, server.connectionString);
    expect((await other.get('Observation/o1')).text).toContain('seems afraid');
    expect(idsOf((await other.get(`Patient?identifier=${SSN}|987-65-4321`)).body)).toContain('Patient/ada');
    await other.close();
    await expect(openProtectedServer(PARTS, newMasters(), server.connectionString)).rejects.toThrow(/master key/);
  });

  test('with protection switched off it is still read', async () => {
    const other = await openProtectedServer('off', masters, server.connectionString);
    expect((await other.get('Patient/ada')).text).toContain('987-65-4321');
    expect(idsOf((await other.get(`Patient?identifier=${SSN}|987-65-4321`)).body)).toContain('Patient/ada');
    await other.close();
  });
});

test('without the master key a server does not open the database: it would serve what is encrypted, and write it back', async () => {
  await expect(openFhirServer({}, server.connectionString)).rejects.toThrow('MASTER_KEY');
});
