import { testClinic, type TestBody } from '#sdk/testing';
import { orderFor, overrideOf, transactionOf, woman } from './decision-support.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const doctor = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/doctor' });

const KEY = 'ssri-maoi:phenelzine+sertraline';
const FAULT = 'decision-support.activation';

const newPatient = async (): Promise<string> => `Patient/${(await clinic.store(woman)).id}`;

const codesOf = ({ issue = [] }: TestBody): readonly string[] =>
  issue.flatMap(({ severity, details }) => {
    const { coding = [] } = details as { readonly coding?: readonly { readonly code: string }[] };
    return severity === 'error' ? coding.map(({ code }) => code) : [];
  });

beforeAll(async () => {
  for (const id of ['doctor', 'other']) await clinic.store({ resourceType: 'Practitioner', id } as const);
});

test('I.3.2 phenelzine on file, sertraline activated: 422; with an override by a clinician it is stored', async () => {
  const subject = await newPatient();
  await clinic.store({
    resourceType: 'MedicationStatement',
    status: 'active',
    subject: { reference: subject },
    medicationCodeableConcept: { text: 'Nardil 15 mg tablet' },
  } as const);
  const draft = await doctor.store(orderFor(subject, 'sertraline', 'draft'));
  const path = `MedicationRequest/${draft.id}`;
  const refused = await doctor.send('PUT', path, { ...draft, status: 'active' });
  expect([refused.status, codesOf(refused.body)]).toEqual([422, [KEY, FAULT]]);
  const issue = await doctor.store(overrideOf(subject, path, KEY));
  const detectedIssue = [{ reference: `DetectedIssue/${issue.id}` }];
  const accepted = await doctor.send('PUT', path, { ...draft, status: 'active', detectedIssue });
  expect([accepted.status, accepted.body.status]).toEqual([200, 'active']);
  expect((await doctor.get(`DetectedIssue/${issue.id}`)).body.mitigation).toHaveLength(1);
  // Without its override the order is as it was before.
  const bare = await doctor.send('PUT', path, { ...draft, status: 'active' });
  expect([bare.status, codesOf(bare.body)]).toEqual([422, [KEY, FAULT]]);
});

test('no path activates an order against a contraindication', async () => {
  const subject = await newPatient();
  await clinic.store(orderFor(subject, 'phenelzine'));
  const part = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'MedicationRequest.status' },
    { name: 'value', valueCode: 'active' },
  ];
  const bypasses = await clinic.bypasses({
    accepted: orderFor(subject, 'sertraline', 'draft'),
    refused: orderFor(subject, 'sertraline'),
    fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] },
    fault: FAULT,
  });
  expect(bypasses).toEqual([]);
});

test('two orders that conflict are not activated by one Bundle, whatever their order', async () => {
  const subject = await newPatient();
  const both = [orderFor(subject, 'phenelzine'), orderFor(subject, 'sertraline')];
  for (const orders of [both, [...both].reverse()]) {
    const { status, body } = await clinic.send('POST', '', transactionOf(...orders));
    expect([status, codesOf(body).includes(KEY)]).toEqual([422, true]);
  }
  expect((await clinic.get(`MedicationRequest?patient=${subject}`)).body.total).toBe(0);
});

test('two orders that conflict are not activated at once by two transactions', async () => {
  for (let round = 0; round < 5; round += 1) {
    const subject = await newPatient();
    const answers = await Promise.all(
      ['phenelzine', 'sertraline'].map((drug) => clinic.send('POST', 'MedicationRequest', orderFor(subject, drug))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  }
});

test('an active order cannot become another one', async () => {
  const subject = await newPatient();
  await clinic.store(orderFor(subject, 'phenelzine'));
  const { id } = await clinic.store(orderFor(subject, 'amoxicillin'));
  const change = await clinic.send('PUT', `MedicationRequest/${id}`, { ...orderFor(subject, 'sertraline'), id });
  expect([change.status, codesOf(change.body)]).toEqual([422, [KEY, FAULT]]);
  const elsewhere = await newPatient();
  const other = await clinic.store(orderFor(elsewhere, 'sertraline'));
  const moved = await clinic.send('PUT', `MedicationRequest/${other.id}`, {
    ...orderFor(subject, 'sertraline'),
    id: other.id,
  });
  expect(moved.status).toBe(422);
});

test('a drug that active orders refer to stays what it was', async () => {
  const subject = await newPatient();
  await clinic.store(orderFor(subject, 'phenelzine'));
  const drug = await clinic.store({
    resourceType: 'Medication',
    code: { text: 'amoxicillin 500 mg capsule' },
  } as const);
  const { medicationCodeableConcept, ...order } = orderFor(subject, 'amoxicillin');
  await clinic.store({ ...order, medicationReference: { reference: `Medication/${drug.id}` } });
  const { status } = await clinic.send('PUT', `Medication/${drug.id}`, {
    ...drug,
    code: { text: 'sertraline 50 mg tablet' },
  });
  expect([status, medicationCodeableConcept]).toEqual([422, expect.anything()]);
});

test('an override of one issue, of another order or of another patient does not cover', async () => {
  const subject = await newPatient();
  await clinic.store(orderFor(subject, 'phenelzine'));
  const draft = await clinic.store(orderFor(subject, 'sertraline', 'draft'));
  const path = `MedicationRequest/${draft.id}`;
  const stranger = await newPatient();
  const others = [
    overrideOf(subject, path, 'tca-maoi:amitriptyline+phenelzine'),
    overrideOf(subject, 'MedicationRequest/another', KEY),
    overrideOf(stranger, path, KEY),
    { ...overrideOf(subject, path, KEY), status: 'entered-in-error' as const },
  ];
  await clinic.store({ ...orderFor(subject, 'loratadine', 'draft'), id: 'another' });
  for (const other of others) {
    const { id } = await clinic.store(other);
    const { status, body } = await clinic.send('PUT', path, {
      ...draft,
      status: 'active',
      detectedIssue: [{ reference: `DetectedIssue/${id}` }],
    });
    expect([status, codesOf(body)]).toEqual([422, [KEY, FAULT]]);
  }
});

test('an override is a clinician’s own, has a reason, and is kept', async () => {
  const subject = await newPatient();
  const { id } = await clinic.store(orderFor(subject, 'sertraline', 'draft'));
  const good = overrideOf(subject, `MedicationRequest/${id}`, KEY);
  const [mitigation] = good.mitigation;
  const bad = [
    { ...good, mitigation: [{ action: mitigation.action }] },
    { ...good, mitigation: [{ ...mitigation, author: { display: 'Dr Who' } }] },
    { ...good, mitigation: [{ action: { text: 'because' }, author: mitigation.author }] },
    overrideOf(subject, `MedicationRequest/${id}`, KEY, 'Practitioner/other'),
    { ...good, identifier: [...good.identifier, { ...good.identifier[0], value: 'another' }] },
  ];
  for (const each of bad) expect((await doctor.send('POST', 'DetectedIssue', each)).status).toBe(422);
  const own = clinic.as({ roles: ['physician', 'patient'], fhirUser: subject });
  expect((await own.send('POST', 'DetectedIssue', good)).status).toBeGreaterThanOrEqual(400);
  const stored = await doctor.store(good);
  const changed = await clinic.send('PUT', `DetectedIssue/${stored.id}`, { ...stored, detail: 'never mind' });
  const deleted = await clinic.send('DELETE', `DetectedIssue/${stored.id}`);
  expect([changed.status, deleted.status]).toEqual([422, 422]);
});

test('an override cannot be deleted by any path', async () => {
  const subject = await newPatient();
  const { id } = await clinic.store(orderFor(subject, 'sertraline', 'draft'));
  const kept = await clinic.store(overrideOf(subject, `MedicationRequest/${id}`, KEY));
  const path = `DetectedIssue/${kept.id}`;
  const entry = [{ request: { method: 'DELETE', url: path } }];
  const identifier = `https://athanor.health/fhir/drug-issue|${KEY}`;
  const expunge = { resourceType: 'Parameters', parameter: [{ name: 'expungeEverything', valueBoolean: true }] };
  const answers = [
    await clinic.send('DELETE', path),
    await clinic.send('DELETE', `DetectedIssue?identifier=${encodeURIComponent(identifier)}&patient=${subject}`),
    await clinic.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }),
    await clinic.send('POST', `${path}/$expunge`, expunge),
  ];
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  expect((await clinic.get(path)).status).toBe(200);
});

test('what cannot be checked passes, and is said', async () => {
  const subject = await newPatient();
  const { medicationCodeableConcept: _code, ...order } = orderFor(subject, 'sertraline');
  const unknown = { ...order, medicationCodeableConcept: { text: 'Wonderpill 5 mg' } };
  expect((await clinic.send('POST', 'MedicationRequest', unknown)).status).toBe(201);
});
