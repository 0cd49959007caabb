import { unrestricted, type Access } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { recordOAuth } from '../../server/audit/from-oauth.ts';
import { recordSignIn } from '../../server/audit/from-sign-in.ts';
import { createAuditWriter } from '../../server/audit/writer.ts';
import { isObject, parseJson } from '../../server/kernel/json.ts';
import { idsOf, openFhirServer, pagesFrom, type Body, type FhirServer } from '../flows/fhir-server.ts';

/** AuditEvent as FHIR while audit is on. */
const NURSE: Principal = {
  tenant: 1,
  kind: 'user',
  account: 'acc-1',
  fhirUser: 'Practitioner/n1',
  client: 'ward-app',
  roles: ['nurse'],
  purposes: ['TREAT'],
  tokenHash: 'abc',
  breakGlass: { patient: 'a', reason: 'unconscious', until: Date.now() + 3_600_000 },
};
const SYSTEM: Principal = { tenant: 1, kind: 'client', client: 'lab', roles: ['lab'], scopes: [], purposes: [] };

let server: FhirServer;
let principal: Principal = NURSE;
let access: Access = unrestricted(1);

beforeAll(async () => {
  server = await openFhirServer({ isAudited: true, authenticate: () => principal });
  Object.assign(server.engine, { access: () => access });
  for (const id of ['a', 'b']) {
    await server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id, name: [{ family: 'Curie' }] });
  }
  await server.get('Patient/a');
  await server.get('Patient?family=Curie');
  await server.get('Patient/none');
  await server.send('DELETE', 'Patient/b');
  principal = SYSTEM;
  await server.get('Patient/a');
  const writer = createAuditWriter({ dbOf: (tenant) => server.engine.dbOf(tenant), onError: () => undefined });
  const log = createAuditLog(writer, () => Date.now());
  await recordSignIn(log)({
    kind: 'sign-in',
    outcome: 'failure',
    at: 0,
    account: 'acc-1',
    ip: '10.1.1.1',
    detail: 'wrong password',
  });
  await recordSignIn(log)({
    kind: 'sign-in',
    outcome: 'success',
    at: 0,
    account: 'acc-1',
    tenant: 1,
    fhirUser: 'Practitioner/n1',
    methods: ['pwd', 'otp'],
    login: 'n1@example.org',
  });
  await recordSignIn(log)({ kind: 'account-disabled', outcome: 'success', at: 0, account: 'acc-9', by: 'server' });
  await recordOAuth(log)({
    kind: 'token',
    outcome: 'success',
    at: 0,
    client: 'ward-app',
    account: 'acc-1',
    fhirUser: 'Practitioner/n1',
    patient: 'a',
    scopes: ['patient/*.rs'],
  });
  principal = NURSE;
});
afterAll(() => server.close());

const events = async (query: string): Promise<Body[]> => {
  const { status, body } = await server.get(`AuditEvent?_count=200&${query}`);
  expect(status).toBe(200);
  return (body.entry ?? []).map(({ resource }) => resource).filter((resource) => resource !== undefined);
};

/** Without those that reading the trail leaves. */
const briefs = async (query: string): Promise<string[]> =>
  (await events(query))
    .map(
      (event) => `${String(event.action)} ${(event.subtype as { code: string }[]).map(({ code }) => code).join('+')}`,
    )
    .filter((text) => !text.startsWith('E search-type') || query.includes('subtype'));

test.each<[string, string[]]>([
  ['patient=Patient/a&action=R', ['R read', 'R read']],
  ['patient=a&agent:identifier=lab', ['R read']],
  ['patient=b&action=D', ['D delete']],
  ['patient=b&action=C,D', ['D delete', 'C update']],
  ['agent=Practitioner/n1&outcome=4&action=R', ['R read']],
  ['type=110114', ['E 110122+sign-in', 'E 110122+sign-in']],
  ['type=http://dicom.nema.org/resources/ontology/DCM|110114&outcome=4', ['E 110122+sign-in']],
  ['type=rest&action=D', ['D delete']],
  ['subtype=http://hl7.org/fhir/restful-interaction|delete', ['D delete']],
  ['subtype=http://dicom.nema.org/resources/ontology/DCM|110122&outcome=0', ['E 110122+sign-in']],
  ['subtype=AuthZ-Role', ['E AuthZ-Role+token-issued']],
  ['subtype=account-disabled', ['E account-disabled']],
  ['address=10.1.&action=E', ['E 110122+sign-in']],
  ['entity=Patient/b&action=D', ['D delete']],
  ['date=lt2020', []],
  ['date=ge2020&_lastUpdated=ge2020&type=110137', ['E account-disabled']],
  ['_sort=-date&type=110137', ['E account-disabled']],
])('search %s', async (query, expected) => {
  expect(await briefs(query)).toEqual(expected);
});

test('an event is read by its id, and by its one version', async () => {
  const [event] = await events('patient=a&action=R');
  const { status, body, headers } = await server.get(`AuditEvent/${event?.id}`);
  expect(status).toBe(200);
  expect(headers.get('etag')).toBe('W/"1"');
  expect(body).toEqual(event);
  expect((await server.get(`AuditEvent/${event?.id}/_history/1`)).body).toEqual(event);
  expect((await server.get(`AuditEvent/${event?.id}/_history/2`)).status).toBe(404);
  expect(idsOf((await server.get(`AuditEvent?_id=${event?.id}`)).body)).toEqual([`AuditEvent/${event?.id}`]);
  for (const id of ['none', '01970000-0000-7000-8000-000000000000']) {
    expect((await server.get(`AuditEvent/${id}`)).status).toBe(404);
  }
});

test('a read tells who, what, why and by which token, as BALP has it', async () => {
  const [event] = await events('patient=a&action=R&agent=Practitioner/n1&outcome=0');
  expect(event).toMatchObject({
    meta: { profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead'] },
    purposeOfEvent: [{ coding: [{ code: 'BTG' }] }],
    agent: [
      {
        type: { coding: [{ code: '110152' }] },
        who: { identifier: { value: 'ward-app' } },
        requestor: false,
        network: { type: '2' },
      },
      { type: { coding: [{ code: '110153' }] }, requestor: false, network: { address: server.base, type: '5' } },
      {
        type: { coding: [{ code: 'IRCP' }] },
        who: { reference: 'Practitioner/n1' },
        altId: 'acc-1',
        requestor: true,
        role: [{ coding: [{ code: 'nurse' }] }],
        policy: ['urn:athanor:token-hash:abc'],
        purposeOfUse: [{ coding: [{ code: 'TREAT' }] }],
      },
    ],
    entity: [
      { type: { code: 'XrequestId' } },
      { what: { reference: 'Patient/a/_history/1' }, role: { code: '4' } },
      { what: { reference: 'Patient/a' }, role: { code: '1' } },
    ],
  });
});

test('every event is a valid AuditEvent', async () => {
  const all = await events('');
  expect(all.length).toBeGreaterThan(10);
  for (const event of all) {
    const resource = parseJson(JSON.stringify(event));
    if (!isObject(resource)) throw new Error('not a resource');
    const issues = await server.engine.examine(resource, []);
    expect(issues.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual([]);
  }
});

test('pages hold each event once, newest first', async () => {
  const pages = await pagesFrom(server, 'AuditEvent?_count=3&date=lt3000&agent=Practitioner/n1&action=C,R,D');
  const times = pages.flatMap(({ entry = [] }) => entry.map(({ resource }) => String(resource?.recorded)));
  const ids = pages.flatMap((page) => idsOf(page));
  expect(pages.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(ids.length);
  expect(times).toEqual([...times].sort().reverse());
});

test('by POST, and in compartments', async () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  expect(idsOf((await server.send('POST', 'AuditEvent/_search', 'type=110137', form)).body)).toHaveLength(1);
  expect(idsOf((await server.get('Patient/b/AuditEvent?action=D')).body)).toHaveLength(1);
  expect(idsOf((await server.get('Practitioner/n1/AuditEvent?action=D')).body)).toHaveLength(1);
  expect((await server.get('Encounter/1/AuditEvent')).status).toBe(400);
});

test.each([
  ['PUT', 'AuditEvent/x', { resourceType: 'AuditEvent', id: 'x' }],
  ['PATCH', 'AuditEvent/x', []],
  ['DELETE', 'AuditEvent/x', undefined],
  ['DELETE', 'AuditEvent?action=R', undefined],
  ['PUT', 'AuditEvent?action=R', { resourceType: 'AuditEvent' }],
  ['GET', 'AuditEvent/_history', undefined],
])('%s %s is not possible', async (method, path, body) => {
  const answer = await server.send(method, path, body);
  expect(answer.status).toBe(405);
  expect(answer.text).toContain('append-only');
});

test.each(['nonsense=1', 'patient:missing=true', 'agent:Practitioner.name=x', '_include=AuditEvent:agent'])(
  'the unknown parameter %s is refused with the known ones',
  async (query) => {
    const { status, text } = await server.get(`AuditEvent?${query}`);
    expect(status).toBe(400);
    expect(text).toContain('outcome');
  },
);

test.each([
  'date=yesterday',
  'date=xx2020',
  'patient=Practitioner/1',
  'agent=17',
  '_sort=date',
  '_count=x',
  '_cursor=x',
])('%s is refused', async (query) => {
  expect((await server.get(`AuditEvent?${query}`)).status).toBe(400);
});

test.each(['?_type=AuditEvent', 'Patient?_has:AuditEvent:patient:action=R', 'Patient?_revinclude=AuditEvent:patient'])(
  'other searches do not reach the trail, and say so: %s',
  async (path) => {
    expect((await server.get(path)).status).toBe(400);
  },
);

const SENT = {
  resourceType: 'AuditEvent',
  type: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: '110110' },
  subtype: [{ system: 'http://example.org/kinds', code: 'printed' }],
  action: 'R',
  recorded: '2024-01-01T00:00:00.5Z',
  outcome: '0',
  agent: [{ who: { reference: 'Device/printer' }, requestor: true }],
  source: { observer: { display: 'printer' } },
  entity: [{ what: { reference: 'DocumentReference/d1' } }, { what: { reference: 'Patient/a' } }],
};

test('what a client sends is appended as it is, and found', async () => {
  const { status, body, headers } = await server.send('POST', 'AuditEvent', SENT);
  expect(status).toBe(201);
  expect(headers.get('location')).toBe(`${server.base}/AuditEvent/${body.id}/_history/1`);
  expect(body).toMatchObject(SENT);
  for (const query of [
    'type=110110',
    'subtype=http://example.org/kinds|printed',
    'agent=Device/printer',
    'entity=DocumentReference/d1',
    'patient=a&type=110110',
  ]) {
    expect(idsOf((await server.get(`AuditEvent?${query}`)).body)).toEqual([`AuditEvent/${body.id}`]);
  }
  expect((await server.send('POST', 'AuditEvent', { resourceType: 'AuditEvent' })).status).toBe(422);
  const entry = [{ request: { method: 'POST', url: 'AuditEvent' }, resource: SENT }];
  const done = await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(done.body.entry?.[0]?.response?.status).toMatch(/^201/);
  expect(await events('type=110110')).toHaveLength(2);
  const failing = [{ request: { method: 'DELETE', url: 'AuditEvent/x' } }, ...entry];
  expect((await server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: failing })).status).toBe(
    405,
  );
  expect(await events('type=110110')).toHaveLength(2);
});

test('the CapabilityStatement says exactly that', async () => {
  const { body } = await server.get('metadata');
  const [rest] = body.rest as {
    resource: {
      type: string;
      interaction: { code: string }[];
      searchParam: { name: string }[];
      searchRevInclude?: string[];
    }[];
  }[];
  const own = rest?.resource.find(({ type }) => type === 'AuditEvent');
  expect(own?.interaction.map(({ code }) => code)).toEqual(['read', 'vread', 'create', 'search-type']);
  for (const { name } of own?.searchParam ?? []) {
    expect(
      (
        await server.get(
          `AuditEvent?${name}=${name === 'date' || name === '_lastUpdated' ? '2020' : name === 'patient' ? 'Patient/1' : name === 'agent' ? 'Device/1' : name === 'entity' ? 'Patient/1' : 'x'}`,
        )
      ).status,
    ).toBe(200);
  }
  expect(JSON.stringify(rest?.resource.map(({ searchRevInclude }) => searchRevInclude))).not.toContain('AuditEvent:');
});

test('a patient sees what is about them; who may see nothing sees nothing', async () => {
  const [own] = await events('patient=a&action=R');
  const [foreign] = await events('patient=b&action=D');
  try {
    access = {
      ...unrestricted(1),
      isUnrestricted: false,
      allowed: () => ({ kind: 'compartment', compartment: 'Patient', ids: ['a'] }),
    };
    expect((await server.get(`AuditEvent/${own?.id}`)).status).toBe(200);
    expect((await server.get(`AuditEvent/${foreign?.id}`)).status).toBe(404);
    expect(await events('patient=b&action=D')).toEqual([]);
    expect((await events('action=R&outcome=0')).length).toBeGreaterThan(0);
    // Also of a search that found both.
    const all = JSON.stringify(await events(''));
    expect(all).toContain('search-type');
    expect(all).not.toContain('Patient/b');
    for (const allowed of ['none', { kind: 'id', ids: [String(own?.id)] }] as const) {
      access = { ...unrestricted(1), isUnrestricted: false, allowed: () => allowed };
      expect(await events('')).toEqual([]);
      expect((await server.get(`AuditEvent/${own?.id}`)).status).toBe(404);
    }
  } finally {
    access = unrestricted(1);
  }
});
