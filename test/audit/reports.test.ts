import { unrestricted, type Access } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import { createAuditLog } from '../../server/audit/audit-log.ts';
import { auditOperations } from '../../server/audit/operations/audit-operations.ts';
import { createAuditWriter } from '../../server/audit/writer.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';

/** Who saw whom, what was disclosed, what a person did, and emergencies. */
const user = (id: string, role: string, extra: Partial<Principal> = {}): Principal => ({
  tenant: 1,
  kind: 'user',
  account: `acc-${id}`,
  fhirUser: `Practitioner/${id}`,
  client: 'ehr',
  roles: [role],
  purposes: ['TREAT'],
  ...extra,
});
const PHYSICIAN = user('doc', 'physician');
const OFFICER = user('officer', 'auditor');
const RESEARCH: Principal = { tenant: 1, kind: 'client', client: 'registry', roles: ['system'], purposes: ['HRESCH'] };

let server: FhirServer;
let principal = PHYSICIAN;
let access: Access = unrestricted(1);

interface Part {
  readonly name: string;
  readonly part?: readonly Part[];
  readonly valueUri?: string;
  readonly [value: string]: unknown;
}

const as = async <T>(who: Principal, work: () => Promise<T>): Promise<T> => {
  principal = who;
  return work();
};
async function report(path: string): Promise<readonly Part[]> {
  const { status, body } = await server.get(path);
  expect(status).toBe(200);
  return body.parameter as unknown as readonly Part[];
}
/** Values of a part, without its times. */
const values = ({ part = [] }: Part): string[] =>
  part.flatMap((each) =>
    Object.entries(each)
      .filter(([key]) => key.startsWith('value') && key !== 'valueInstant')
      .map(
        ([, value]) =>
          `${each.name} ${typeof value === 'object' ? ((value as { display?: string; reference: string }).display ?? (value as { reference: string }).reference) : String(value)}`,
      ),
  );

beforeAll(async () => {
  server = await openFhirServer({ isAudited: true, authenticate: () => principal });
  const writer = createAuditWriter({ dbOf: (tenant) => server.engine.dbOf(tenant), onError: () => undefined });
  const operations = [...server.engine.operations, ...auditOperations(createAuditLog(writer, () => Date.now()))];
  Object.defineProperty(server.engine, 'operations', { value: operations });
  Object.assign(server.engine, { access: (who: Principal) => ({ ...access, principal: who }) });
  await server.send('PUT', 'Practitioner/doc', {
    resourceType: 'Practitioner',
    id: 'doc',
    name: [{ prefix: ['Dr.'], given: ['Elizabeth'], family: 'Blackwell' }],
  });
  for (const id of ['a', 'b'])
    await server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id, name: [{ family: 'Curie' }] });
  await server.get('Patient/a');
  await server.get('Patient?family=Curie');
  await server.get('Patient/none');
  await as(RESEARCH, () => server.get('Patient/a'));
  principal = PHYSICIAN;
});
afterAll(() => server.close());

test('the access report names who saw the patient, and no other patient', async () => {
  const parts = await as(OFFICER, () => report('Patient/a/$access-report'));
  expect(parts.map(values)).toEqual([
    [
      'agent registry',
      'role system',
      'action read',
      'what Patient/a/_history/1',
      'patient Patient/a',
      'purpose HRESCH',
      'address 127.0.0.1',
    ],
    [
      'agent Dr. Elizabeth Blackwell',
      'role physician',
      'client ehr',
      'action found',
      'type Patient',
      'patient Patient/a',
      'purpose TREAT',
      'address 127.0.0.1',
    ],
    [
      'agent Dr. Elizabeth Blackwell',
      'role physician',
      'client ehr',
      'action read',
      'what Patient/a/_history/1',
      'patient Patient/a',
      'purpose TREAT',
      'address 127.0.0.1',
    ],
    [
      'agent Dr. Elizabeth Blackwell',
      'role physician',
      'client ehr',
      'action created',
      'what Patient/a/_history/1',
      'patient Patient/a',
      'purpose TREAT',
      'address 127.0.0.1',
    ],
  ]);
  expect(JSON.stringify(parts)).not.toContain('Patient/b');
});

test('it comes in pages, of a period', async () => {
  const first = await as(OFFICER, () => report('Patient/a/$access-report?_count=1'));
  const next = first.find(({ name }) => name === 'next')?.valueUri;
  const second = await report(String(next));
  expect(second.filter(({ name }) => name === 'access')).toHaveLength(1);
  expect(second[0]).not.toEqual(first[0]);
  expect(await report('Patient/a/$access-report?end=2020')).toEqual([]);
  expect((await server.get('Patient/a/$access-report?start=soon')).status).toBe(400);
});

test('disclosures: what was recorded by hand, and reads that were neither treatment, payment nor operations', async () => {
  const body = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'recipient', valueString: 'Health department' },
      { name: 'address', valueString: 'Main street 1' },
      { name: 'description', valueString: 'Notifiable disease' },
      { name: 'purpose', valueCode: 'PUBHLTH' },
      { name: 'date', valueDate: '2026-01-31' },
    ],
  };
  expect((await as(PHYSICIAN, () => server.send('POST', 'Patient/a/$record-disclosure', body))).status).toBe(204);
  const exempt = {
    ...body,
    parameter: body.parameter.map((one) => (one.name === 'purpose' ? { ...one, valueCode: 'TREAT' } : one)),
  };
  expect((await server.send('POST', 'Patient/a/$record-disclosure', exempt)).status).toBe(204);
  const parts = await as(OFFICER, () => report('Patient/a/$accounting-of-disclosures'));
  expect(parts.map(values)).toEqual([
    [
      'date 2026-01-31',
      'recipient Health department',
      'address Main street 1',
      'description Notifiable disease',
      'purpose PUBHLTH',
    ],
    ['recipient registry', 'description Patient/a', 'purpose HRESCH'],
  ]);
  const { body: found } = await server.get('AuditEvent?type=110106');
  expect(found.entry?.[0]?.resource?.meta).toMatchObject({
    profile: ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source'],
  });
});

test.each([
  [[]],
  [
    [
      { name: 'recipient', valueString: 'x' },
      { name: 'description', valueString: 'y' },
      { name: 'purpose', valueString: 'because' },
    ],
  ],
  [[{ name: 'who', valueString: 'x' }]],
])('a disclosure without what it needs is refused: %j', async (parameter) => {
  expect(
    (await server.send('POST', 'Patient/a/$record-disclosure', { resourceType: 'Parameters', parameter })).status,
  ).toBe(400);
});

test('what a person did, also what was refused', async () => {
  const parts = await as(OFFICER, () => report('Practitioner/doc/$user-activity?_count=200'));
  const all = parts.map((part) => values(part).join(', '));
  expect(all.filter((text) => text.includes('action read') && text.includes('outcome 4'))).toHaveLength(1);
  expect(all.at(-1)).toContain('Practitioner/doc/_history/1');
});

test('an emergency is listed with what was done, until somebody else signs it off', async () => {
  const glass = user('doc', 'physician', {
    breakGlass: { patient: 'b', reason: 'unconscious', until: Date.now() + 1e6 },
  });
  const ctx = { ...server.ctx(), requestId: 'glass' };
  // What the operation itself notes is tested with it.
  principal = PHYSICIAN;
  await server.engine.dbOf(1).transaction(async (tx) => {
    const { storeAuditRows } = await import('../../server/storage/audit-rows.ts');
    const { uuidv7 } = await import('../../server/kernel/id.ts');
    const { whoIs } = await import('../../server/audit/who.ts');
    const recorded = Date.now();
    const { agent, text } = whoIs(PHYSICIAN);
    await storeAuditRows(tx, ctx.tenant, [
      {
        recorded,
        id: uuidv7(recorded),
        kind: 'rest',
        action: 'E',
        outcome: 0,
        status: 200,
        interaction: '$break-glass',
        type: 'Patient',
        resourceId: 'b',
        version: 0,
        agent,
        who: text,
        ip: '',
        requestId: '',
        patients: ['Patient/b'],
        found: '',
        detail: '',
      },
    ]);
  });
  await as(glass, () => server.get('Patient/b'));
  await as(glass, () => server.get('Patient/a'));
  const [opening] = await as(OFFICER, () => report('$break-glass-review?open=true'));
  expect(values(opening as Part).slice(1)).toEqual([
    'agent Dr. Elizabeth Blackwell',
    'patient Patient/b',
    'accesses 1',
  ]);
  const event = opening?.part?.find(({ name }) => name === 'event')?.valueString;
  const signOff = (verdict: string): Promise<{ status: number }> =>
    server.send('POST', '$break-glass-sign-off', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'event', valueString: event },
        { name: 'verdict', valueCode: verdict },
        { name: 'comment', valueString: 'as documented' },
      ],
    });
  expect((await as(PHYSICIAN, () => signOff('justified'))).status).toBe(403);
  expect((await as(OFFICER, () => signOff('perhaps'))).status).toBe(400);
  expect((await signOff('justified')).status).toBe(204);
  expect(await report('$break-glass-review?open=true')).toEqual([]);
  const [reviewed] = await report('$break-glass-review');
  const signed = reviewed?.part?.find(({ name }) => name === 'signOff');
  expect(values(signed as Part)).toEqual([
    'reviewer Practitioner/officer',
    'verdict justified',
    'comment as documented',
  ]);
});

test('a patient gets their own report, nobody else’s, and no list of emergencies', async () => {
  access = {
    ...unrestricted(1),
    isUnrestricted: false,
    allowed: () => ({ kind: 'compartment', compartment: 'Patient', ids: ['a'] }),
  };
  try {
    expect((await server.get('Patient/a/$access-report')).status).toBe(200);
    expect((await server.get('Patient/a/$accounting-of-disclosures')).status).toBe(200);
    for (const path of [
      'Patient/b/$access-report',
      'Patient/b/$accounting-of-disclosures',
      'Practitioner/doc/$user-activity',
      '$break-glass-review',
    ]) {
      expect((await server.get(path)).status).toBe(403);
    }
  } finally {
    access = unrestricted(1);
  }
});
