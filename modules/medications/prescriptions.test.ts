import type { ResourceOf } from '#sdk';
import { eventually, testClinic } from '#sdk/testing';
import { furnish, hoursFromNow, NURSE, parameters, PHYSICIAN, prescription } from './ward.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const physician = clinic.as(PHYSICIAN);
const nurse = clinic.as(NURSE);

type Answer = Awaited<ReturnType<typeof clinic.send>>;
const textOf = ({ body, status }: Answer): readonly unknown[] => [status, body.issue?.[0]?.details.text];

function sign(id: string, user: Pick<typeof clinic, 'send'> = physician): Promise<Answer> {
  return user.send('POST', `MedicationRequest/${id}/$sign`, { resourceType: 'Parameters' });
}

async function signed(...given: Parameters<typeof prescription>): Promise<string> {
  const { id } = await physician.store(prescription(...given));
  const answer = await sign(id);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return id;
}

const transmit = (id: string, to: string): Promise<Answer> =>
  physician.send(
    'POST',
    `MedicationRequest/${id}/$transmit`,
    parameters({ to: { valueReference: { reference: to } } }),
  );

beforeAll(() => furnish(clinic));

test('I.3.1 who may not prescribe brings no order into force: 403', async () => {
  const draft = await physician.store(prescription('acetaminophen'));
  expect((await sign(draft.id, nurse)).status).toBe(403);
  const custom = clinic.as({ roles: ['system'], fhirUser: 'Practitioner/nurse' });
  const raw = await custom.send('PUT', `MedicationRequest/${draft.id}`, { ...draft, status: 'active' });
  expect(textOf(raw)).toEqual([403, expect.stringContaining('physician')]);
  expect(
    (await custom.send('POST', 'MedicationRequest', prescription('acetaminophen', { status: 'active' }))).status,
  ).toBe(403);
  expect(
    (await custom.send('POST', 'MedicationRequest', prescription('acetaminophen', { status: 'on-hold' }))).status,
  ).toBe(403);
  const entry = [
    { resource: { ...draft, status: 'active' }, request: { method: 'PUT', url: `MedicationRequest/${draft.id}` } },
  ];
  expect((await custom.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(403);
  expect((await clinic.get(`MedicationRequest/${draft.id}`)).body).toMatchObject({
    status: 'draft',
    meta: { versionId: '1' },
  });
});

test('I.3.1 signed: in force, in the name of who signed, with a signature of that version', async () => {
  const { id } = await physician.store(prescription('acetaminophen'));
  const { body } = await sign(id);
  const order = body.parameter?.find(({ name }) => name === 'order')?.resource;
  expect(order).toMatchObject({ status: 'active', requester: { reference: 'Practitioner/physician' } });
  const provenance = await clinic.get(`Provenance?target=MedicationRequest/${id}`);
  const [entry] = provenance.body.entry as readonly { resource: object }[];
  expect(entry?.resource).toMatchObject({
    target: [{ reference: `MedicationRequest/${id}/_history/2` }],
    agent: [{ who: { reference: 'Practitioner/physician' } }],
    signature: [
      { who: { reference: 'Practitioner/physician' }, data: expect.stringMatching(/^[A-Za-z0-9+/]{80,}={0,2}$/) },
    ],
  });
  expect(textOf(await sign(id))).toEqual([409, expect.stringContaining('active')]);
  const other = await physician.store(
    prescription('acetaminophen', { requester: { reference: 'Practitioner/physician-2' } }),
  );
  expect(textOf(await sign(other.id))).toEqual([403, expect.stringContaining('requester')]);
});

test('I.3.1 cancelled: `cancelled`, and the pharmacy gets a Task that says so', async () => {
  const id = await signed('acetaminophen');
  const sent = await transmit(id, 'Location/pharmacy');
  expect(sent.body).toMatchObject({ status: 'requested', location: { reference: 'Location/pharmacy' } });
  const { status, body } = await physician.send(
    'POST',
    `MedicationRequest/${id}/$cancel`,
    parameters({ reason: { valueString: 'allergy was told later' } }),
  );
  expect(status).toBe(200);
  const [order, task] = (body.parameter ?? []).map(({ resource }) => resource);
  expect(order).toMatchObject({ status: 'cancelled', statusReason: { text: 'allergy was told later' } });
  expect(task).toMatchObject({
    code: { coding: [{ code: 'cancel' }] },
    status: 'requested',
    location: { reference: 'Location/pharmacy' },
    basedOn: [{ reference: `Task/${sent.body.id ?? ''}` }],
  });
  expect((await clinic.get(`Task/${sent.body.id ?? ''}`)).body.status).toBe('cancelled');
  expect((await sign(id)).status).toBe(409);
});

test('however an order ends, the pharmacy hears of it, once', async () => {
  const id = await signed('acetaminophen');
  await transmit(id, 'Location/pharmacy');
  const { body } = await clinic.get(`MedicationRequest/${id}`);
  expect((await physician.send('PUT', `MedicationRequest/${id}`, { ...body, status: 'stopped' })).status).toBe(200);
  const code = 'https://athanor.health/fhir/CodeSystem/medication-task|cancel';
  const told = await eventually(
    async () => (await clinic.get(`Task?focus=MedicationRequest/${id}&code=${code}`)).body.total,
    (total) => total === 1,
  );
  expect(told).toBe(1);
});

test('I.3.6 the work list of the pharmacy here has the Task, once, however often it is sent', async () => {
  const id = await signed('acetaminophen');
  const [first, second] = [await transmit(id, 'Location/pharmacy'), await transmit(id, 'Location/pharmacy')];
  expect([first.status, second.body.id]).toEqual([200, first.body.id]);
  const pharmacist = clinic.as({ roles: ['pharmacist'], fhirUser: 'Practitioner/nurse-2' });
  const list = await pharmacist.get(`Task?status=requested&focus=MedicationRequest/${id}`);
  expect(list.body.total).toBe(1);
  expect(textOf(await transmit(id, 'Location/ward'))).toEqual([422, expect.stringContaining('stock-kind')]);
  expect(textOf(await transmit(id, 'Organization/maker'))).toEqual([422, expect.stringContaining('Endpoint')]);
  const draft = await physician.store(prescription('acetaminophen'));
  expect(textOf(await transmit(draft.id, 'Location/pharmacy'))).toEqual([422, expect.stringContaining('draft')]);
});

test('I.3.7 a drug of schedule II needs a second factor, by whatever path', async () => {
  const none = { dispenseRequest: { ...prescription('oxycodone').dispenseRequest, numberOfRepeatsAllowed: 0 } };
  const draft = await physician.store(prescription('oxycodone', none));
  expect((await sign(draft.id)).status).toBe(403);
  const raw = await physician.send('PUT', `MedicationRequest/${draft.id}`, { ...draft, status: 'active' });
  expect(textOf(raw)).toEqual([403, expect.stringContaining('second factor')]);
  const stale = clinic.as({ ...PHYSICIAN, secondFactor: Date.now() - 6 * 60_000 });
  expect((await sign(draft.id, stale)).status).toBe(403);
  const proven = clinic.as({ ...PHYSICIAN, secondFactor: Date.now() });
  expect((await sign(draft.id, proven)).status).toBe(200);
  const byIngredient = {
    ...none,
    medicationCodeableConcept: {
      coding: [{ system: 'https://athanor.health/fhir/CodeSystem/ingredient', code: 'oxycodone' }],
    },
  };
  expect((await sign((await physician.store(prescription('oxycodone', byIngredient))).id)).status).toBe(403);
  const inWords = { ...none, medicationCodeableConcept: { text: 'Oxycodone 5 mg tablet' } };
  expect((await sign((await physician.store(prescription('oxycodone', inWords))).id)).status).toBe(403);
  const { medicationCodeableConcept: code, ...others } = prescription('oxycodone', none);
  const contained = [{ resourceType: 'Medication', id: 'pill', ingredient: [{ itemCodeableConcept: code }] }];
  const hidden = { ...others, contained, medicationReference: { reference: '#pill' } };
  expect((await physician.send('POST', 'MedicationRequest', { ...hidden, status: 'active' })).status).toBe(403);
});

test('I.3.7 a drug of schedule II has no refills: no path brings such an order into force', async () => {
  const bypasses = await clinic.bypasses({
    accepted: prescription('oxycodone'),
    refused: prescription('oxycodone', { status: 'active' }),
    fhirPathPatch: {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'MedicationRequest.status' },
            { name: 'value', valueCode: 'active' },
          ],
        },
      ],
    },
    fault: 'medications.scheduleTwoRefills',
  });
  expect(bypasses).toEqual([]);
});

test('I.3.7 a DEA number with a wrong check digit signs nothing that is controlled', async () => {
  const practitioner = (value: string): object => ({
    resourceType: 'Practitioner',
    id: 'physician-2',
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-dea', value }],
  });
  const proven = clinic.as({ roles: ['physician'], fhirUser: 'Practitioner/physician-2', secondFactor: Date.now() });
  const none = { dispenseRequest: { ...prescription('oxycodone').dispenseRequest, numberOfRepeatsAllowed: 0 } };
  const { id } = await proven.store(prescription('oxycodone', none));
  await clinic.send('PUT', 'Practitioner/physician-2', practitioner('AB1234564'));
  expect(textOf(await sign(id, proven))).toEqual([422, expect.stringContaining('check digit')]);
  await clinic.send('PUT', 'Practitioner/physician-2', practitioner('AB1234563'));
  expect((await sign(id, proven)).status).toBe(200);
});

test('an order goes its way and does not turn back', async () => {
  const id = await signed('acetaminophen');
  const path = `MedicationRequest/${id}`;
  const to = async (status: string): Promise<Answer> =>
    physician.send('PUT', path, { ...(await clinic.get(path)).body, status });
  expect(textOf(await to('draft'))).toEqual([422, expect.stringContaining('on-hold, completed, stopped')]);
  expect((await to('on-hold')).status).toBe(200);
  expect((await to('active')).status).toBe(200);
  expect((await to('completed')).status).toBe(200);
  expect((await to('active')).status).toBe(422);
  expect((await to('entered-in-error')).status).toBe(200);
  expect(textOf(await to('active'))).toEqual([422, expect.stringContaining('changes no more')]);
  const unsigned = await clinic.store(prescription('acetaminophen', { status: 'active' }));
  expect(textOf(await clinic.send('DELETE', `MedicationRequest/${unsigned.id}`))).toEqual([
    422,
    expect.stringContaining('drafts'),
  ]);
  expect(
    (await physician.send('DELETE', `MedicationRequest/${(await physician.store(prescription('acetaminophen'))).id}`))
      .status,
  ).toBe(204);
});

test('what was signed stays; notes and the pharmacy may be added', async () => {
  const id = await signed('acetaminophen');
  const path = `MedicationRequest/${id}`;
  const { body } = await clinic.get(path);
  const put = (more: object): Promise<Answer> => clinic.send('PUT', path, { ...body, ...more });
  const dosageInstruction = [{ text: 'ten tablets a day' }];
  expect(textOf(await put({ dosageInstruction }))).toEqual([422, expect.stringContaining('dosageInstruction')]);
  expect((await put({ subject: { reference: 'Patient/ben' } })).status).toBe(422);
  expect((await put({ requester: { reference: 'Practitioner/nurse' } })).status).toBe(422);
  const quantity = { value: 3000, unit: 'tablet', system: 'http://unitsofmeasure.org', code: '{tablet}' };
  expect((await put({ dispenseRequest: { numberOfRepeatsAllowed: 1, quantity } })).status).toBe(422);
  const reordered = Object.fromEntries(Object.entries(body.dispenseRequest as object).reverse());
  const performer = { reference: 'Organization/clinic' };
  const kept = await put({ note: [{ text: 'with food' }], dispenseRequest: { ...reordered, performer } });
  expect([kept.status, kept.body.note]).toEqual([200, [{ text: 'with food' }]]);
  const forged = await put({ extension: undefined });
  expect(forged.body.extension).toEqual(kept.body.extension);
});

const dispense = (id: string, value: number, more: object = {}): ResourceOf<'MedicationDispense'> => ({
  resourceType: 'MedicationDispense',
  status: 'completed',
  medicationReference: { reference: 'Medication/acetaminophen-active' },
  subject: { reference: 'Patient/anna' },
  authorizingPrescription: [{ reference: `MedicationRequest/${id}` }],
  quantity: { value, unit: 'tablet', system: 'http://unitsofmeasure.org', code: '{tablet}' },
  whenHandedOver: hoursFromNow(0).toISOString(),
  ...more,
});

test('II.2.2 no path dispenses more than what is authorised with its repeats', async () => {
  const id = await signed('acetaminophen');
  const bypasses = await clinic.bypasses({
    accepted: dispense(id, 61, { status: 'cancelled' }),
    refused: dispense(id, 61),
    fhirPathPatch: {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'MedicationDispense.status' },
            { name: 'value', valueCode: 'completed' },
          ],
        },
      ],
    },
    fault: 'medications.quantityExceeded',
  });
  expect(bypasses).toEqual([]);
});

test('II.2.2 partial fills at once, half of them by absolute references: the sum is never exceeded, and what is left is told', async () => {
  const id = await signed('acetaminophen');
  const absolute = { authorizingPrescription: [{ reference: `${await base()}/MedicationRequest/${id}` }] };
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      clinic.send('POST', 'MedicationDispense', dispense(id, 7, index % 2 === 0 ? {} : absolute)),
    ),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(8);
  expect(answers.filter(({ status }) => status === 422)).toHaveLength(4);
  const left = await eventually(
    async () => {
      const { body } = await clinic.get(`MedicationRequest/${id}`);
      const extension = body.extension as readonly { url: string; valueQuantity?: { value: number } }[];
      return extension.find(({ url }) => url.endsWith('remaining-quantity'))?.valueQuantity?.value;
    },
    (value) => value === 4,
  );
  expect(left).toBe(4);
});

async function base(): Promise<string> {
  const { body } = await clinic.get('Patient/anna?_summary=count').then(() => clinic.get('Patient?_id=anna'));
  const [link] = body.link as readonly { url: string }[];
  return (link?.url ?? '').replace(/\/Patient\?.*$/, '');
}

test.each<[string, object, string]>([
  ['for another patient', { subject: { reference: 'Patient/ben' } }, 'another patient'],
  [
    'in another unit',
    { quantity: { value: 1, unit: 'box', system: 'http://unitsofmeasure.org', code: '{box}' } },
    '{tablet}',
  ],
  ['without a quantity', { quantity: undefined }, 'quantity'],
])('a dispense %s is refused', async (_, more, text) => {
  const id = await signed('acetaminophen');
  const answer = await clinic.send('POST', 'MedicationDispense', dispense(id, 2, more));
  expect(textOf(answer)).toEqual([422, expect.stringContaining(text)]);
});

test('nothing is dispensed of a draft, nor of an order that is over or expired', async () => {
  const draft = await physician.store(prescription('acetaminophen'));
  const post = async (id: string): Promise<Answer> => clinic.send('POST', 'MedicationDispense', dispense(id, 2));
  expect(textOf(await post(draft.id))).toEqual([422, expect.stringContaining('draft')]);
  const id = await signed('acetaminophen');
  await clinic.store({
    ...(await clinic.get(`MedicationRequest/${id}`)).body,
    resourceType: 'MedicationRequest',
    id,
    status: 'stopped',
  });
  const late = dispense(id, 2, { whenHandedOver: undefined });
  expect(textOf(await clinic.send('POST', 'MedicationDispense', late))).toEqual([
    422,
    expect.stringContaining('stopped'),
  ]);
  const before = dispense(id, 2, { whenHandedOver: hoursFromNow(-1).toISOString() });
  expect((await clinic.send('POST', 'MedicationDispense', before)).status).toBe(201);
  const { dispenseRequest } = prescription('acetaminophen');
  const old = await signed('acetaminophen', {
    dispenseRequest: { ...dispenseRequest, validityPeriod: { end: '2026-01-31' } },
  });
  expect(textOf(await post(old))).toEqual([422, expect.stringContaining('2026-01-31')]);
});

test('a quantity that is taken back later does not make room for more', async () => {
  const id = await signed('acetaminophen');
  const { body } = await clinic.send('POST', 'MedicationDispense', dispense(id, 50));
  const negative = { ...body, quantity: { ...(body.quantity as object), value: -50 } };
  expect((await clinic.send('PUT', `MedicationDispense/${body.id ?? ''}`, negative)).status).toBe(422);
  expect((await clinic.send('POST', 'MedicationDispense', dispense(id, 11))).status).toBe(422);
  const unlimited = await physician.store({
    ...prescription('acetaminophen'),
    meta: undefined,
    dispenseRequest: undefined,
  });
  await sign(unlimited.id);
  expect(textOf(await clinic.send('POST', 'MedicationDispense', dispense(unlimited.id, 1)))).toEqual([
    422,
    expect.stringContaining('dispenseRequest.quantity'),
  ]);
});

test('pharmacies are asked for orders in force only, and told of those that have ended', async () => {
  const draft = await physician.store(prescription('acetaminophen'));
  const task = (code: string, order: string): object => ({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'https://athanor.health/fhir/CodeSystem/medication-task', code }] },
    focus: { reference: `MedicationRequest/${order}` },
  });
  expect(textOf(await nurse.send('POST', 'Task', task('transmit', draft.id)))).toEqual([
    422,
    expect.stringContaining('draft'),
  ]);
  const active = await signed('acetaminophen');
  expect(textOf(await nurse.send('POST', 'Task', task('cancel', active)))).toEqual([
    422,
    expect.stringContaining('active'),
  ]);
});

test('what was ordered and dispensed elsewhere is stored as it was', async () => {
  const history = { ...prescription('oxycodone', { status: 'active' }), meta: undefined, id: 'elsewhere' };
  await clinic.store(history);
  expect((await clinic.send('POST', 'MedicationDispense', dispense('elsewhere', 500))).status).toBe(201);
  expect((await clinic.send('PUT', 'MedicationRequest/elsewhere', { ...history, status: 'stopped' })).status).toBe(200);
  expect((await clinic.send('PUT', 'MedicationRequest/elsewhere', { ...history, status: 'active' })).status).toBe(422);
});
