import { eventually, testClinic } from '#sdk/testing';
import { furnish, hoursFromNow, NURSE, parameters, PATIENT, PHYSICIAN, prescription } from './ward.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const physician = clinic.as(PHYSICIAN);
const patient = clinic.as(PATIENT);
const nurse = clinic.as(NURSE);

type Answer = Awaited<ReturnType<typeof clinic.send>>;
const textOf = ({ body, status }: Answer): readonly unknown[] => [status, body.issue?.[0]?.details.text];
const nothing = { resourceType: 'Parameters' };

const refill = (id: string, user: Pick<typeof clinic, 'send'> = patient): Promise<Answer> =>
  user.send('POST', `MedicationRequest/${id}/$refill`, parameters({ note: { valueString: 'for my holiday' } }));
const approve = (task: string, user: Pick<typeof clinic, 'send'> = physician): Promise<Answer> =>
  user.send('POST', `Task/${task}/$approve-refill`, nothing);

beforeAll(() => furnish(clinic));

async function signed(...given: Parameters<typeof prescription>): Promise<string> {
  const { id } = await physician.store(prescription(...given));
  const answer = await physician.send('POST', `MedicationRequest/${id}/$sign`, nothing);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return id;
}

/** A prescription of 30 without repeats, all of which is dispensed. */
async function usedUp(): Promise<string> {
  const { dispenseRequest } = prescription('acetaminophen');
  const id = await signed('acetaminophen', { dispenseRequest: { ...dispenseRequest, numberOfRepeatsAllowed: 0 } });
  await dispensed(id, 30);
  return id;
}

async function dispensed(id: string, value: number): Promise<void> {
  await clinic.store({
    resourceType: 'MedicationDispense',
    status: 'completed',
    medicationCodeableConcept: prescription('acetaminophen').medicationCodeableConcept ?? {},
    subject: { reference: 'Patient/anna' },
    authorizingPrescription: [{ reference: `MedicationRequest/${id}` }],
    quantity: { value, unit: 'tablet', system: 'http://unitsofmeasure.org', code: '{tablet}' },
    whenHandedOver: hoursFromNow(-24).toISOString(),
  });
}

test('I.3.5 repeats are left: the pharmacy dispenses without an approval', async () => {
  const id = await signed('acetaminophen');
  const { body } = await refill(id);
  expect(body).toMatchObject({ status: 'accepted', businessStatus: { coding: [{ code: 'ready-to-dispense' }] } });
  expect(textOf(await approve(body.id ?? ''))).toEqual([422, expect.stringContaining('repeats left')]);
});

test('I.3.5 no repeats left: approval is needed; approved twice and at once there is one new prescription', async () => {
  const prior = await usedUp();
  const { body } = await refill(prior);
  expect(body).toMatchObject({
    status: 'requested',
    businessStatus: { coding: [{ code: 'approval-needed' }] },
    owner: { reference: 'Practitioner/physician' },
    requester: { reference: 'Patient/anna' },
    note: [{ text: 'for my holiday' }],
  });
  const task = body.id ?? '';
  expect((await refill(prior)).body.id).toBe(task);
  const answers = await Promise.all(Array.from({ length: 5 }, () => approve(task)));
  answers.push(await approve(task));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  const ids = new Set(answers.map(({ body: order }) => order.id));
  expect(ids.size).toBe(1);
  expect(answers[0]?.body).toMatchObject({
    status: 'active',
    priorPrescription: { reference: `MedicationRequest/${prior}` },
    requester: { reference: 'Practitioner/physician' },
    dosageInstruction: [{ text: 'one tablet a day' }],
  });
  expect((await clinic.get(`MedicationRequest/${prior}`)).body.status).toBe('completed');
  expect((await clinic.get(`Task/${task}`)).body.status).toBe('completed');
  expect((await clinic.get(`Provenance?target=MedicationRequest/${[...ids][0] ?? ''}`)).body.total).toBe(1);
});

test('I.3.5 who may not prescribe approves nothing, by whatever path', async () => {
  const { body } = await refill(await usedUp());
  const task = body.id ?? '';
  expect((await approve(task, nurse)).status).toBe(403);
  expect((await approve(task, patient)).status).toBe(403);
  const raw = await nurse.send('PUT', `Task/${task}`, { ...body, status: 'completed' });
  expect(textOf(raw)).toEqual([403, expect.stringContaining('$approve-refill')]);
  const state = {
    coding: [{ system: 'https://athanor.health/fhir/CodeSystem/refill-state', code: 'ready-to-dispense' }],
  };
  expect((await nurse.send('PUT', `Task/${task}`, { ...body, businessStatus: state })).status).toBe(403);
});

test('I.3.5 rejected, with the reason; then it is decided', async () => {
  const { body } = await refill(await usedUp());
  const task = body.id ?? '';
  const reject = (): Promise<Answer> =>
    physician.send('POST', `Task/${task}/$reject-refill`, parameters({ reason: { valueString: 'come and see me' } }));
  expect((await reject()).body).toMatchObject({ status: 'rejected', statusReason: { text: 'come and see me' } });
  expect((await reject()).status).toBe(409);
  expect(textOf(await approve(task))).toEqual([409, expect.stringContaining('rejected')]);
  expect((await clinic.send('PUT', `Task/${task}`, { ...body, status: 'completed' })).status).toBe(409);
});

test('patients ask for their own prescriptions, and see what became of it', async () => {
  const id = await signed('acetaminophen', { subject: { reference: 'Patient/ben' } });
  expect((await refill(id)).status).toBe(404);
  const own = await refill(await usedUp());
  const seen = await patient.get(`Task/${own.body.id ?? ''}`);
  expect([seen.status, seen.body.status]).toEqual([200, 'requested']);
  const stopped = await usedUp();
  const { body } = await clinic.get(`MedicationRequest/${stopped}`);
  await clinic.send('PUT', `MedicationRequest/${stopped}`, { ...body, status: 'stopped' });
  expect(textOf(await refill(stopped))).toEqual([422, expect.stringContaining('stopped')]);
});

test('what is left of a prescription is kept by the server', async () => {
  const id = await signed('acetaminophen');
  await dispensed(id, 25);
  const left = await eventually(
    async () => (await clinic.get(`MedicationRequest/${id}`)).body.extension,
    (extension) => JSON.stringify(extension).includes('"value":35'),
  );
  expect(left).toContainEqual(expect.objectContaining({ valueQuantity: expect.objectContaining({ value: 35 }) }));
});
