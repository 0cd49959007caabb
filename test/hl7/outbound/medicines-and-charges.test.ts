import { fileURLToPath } from 'node:url';
import type { ParsedMessage } from '../../../hl7-gateway/hl7/parsed-message.ts';
import { eventually, until } from '../../harness/eventually.ts';
import { withDependencies } from '../../harness/module-clinic.ts';
import { openPeer, type Peer } from './peer.ts';
import { openSendingClinic, partnerEndpoint, PATIENT, type SendingClinic, type Written } from './sending-clinic.ts';

const MODULES = fileURLToPath(new URL('../../../modules', import.meta.url));
const TYPES = ['medicationrequest', 'medicationdispense', 'practitioner', 'account', 'chargeitem'];

let clinic: SendingClinic;
let [near, far, office]: Peer[] = [];
let patient: string;

beforeAll(async () => {
  clinic = await openSendingClinic(await withDependencies(MODULES, 'pharmacy'));
  [near, far, office] = [await openPeer(), await openPeer(), await openPeer()];
  patient = String((await clinic.create(PATIENT)).id);
  for (const [id, peer] of [
    ['near', near],
    ['far', far],
  ] as const) {
    await clinic.update({ resourceType: 'Organization', id, name: id });
    const events = ['RDE^O11', 'RDS^O13'];
    await clinic.update(partnerEndpoint({ id, port: peer.port, events, organization: `Organization/${id}` }));
  }
  const events = ['DFT^P03', 'BAR^P01', 'BAR^P06', 'MFN^M02'];
  await clinic.update(partnerEndpoint({ id: 'office', port: office.port, events }));
  for (const type of TYPES) {
    await until(async () => (await clinic.get(`Subscription/hl7-gateway-${type}`)).body.status === 'active');
  }
});

afterAll(async () => {
  await clinic.close();
  for (const peer of [near, far, office]) await peer?.close();
});

const field = (
  message: ParsedMessage | undefined,
  name: string,
  ...at: readonly [number, number?, number?, number?]
): string => message?.segments.find((segment) => segment.name === name)?.get(...at) ?? '';

/** The messages of a kind, when there are so many. */
function told(peer: Peer | undefined, event: string, count: number): Promise<readonly ParsedMessage[]> {
  const find = (): readonly ParsedMessage[] => (peer?.received ?? []).filter((each) => each.event === event);
  return eventually(find, (found) => found.length === count);
}

function prescription(text: string, more: object = {}): Written {
  return {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text },
    subject: { reference: `Patient/${patient}` },
    authoredOn: '2026-01-02T03:04:05+01:00',
    dosageInstruction: [{ text: 'one a day', timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } }],
    ...more,
  };
}

test('a prescription goes to the pharmacy that it names, with a number of its own, and is stopped', async () => {
  const dispenseRequest = { performer: { reference: 'Organization/near' } };
  const created = await clinic.create(prescription('Amoxicillin', { dispenseRequest }));
  const [message] = await told(near, 'RDE^O11', 1);
  expect([field(message, 'ORC', 1), field(message, 'RXE', 2, 1, 2), field(message, 'TQ1', 3, 1, 1)]).toEqual([
    'NW',
    'Amoxicillin',
    'QD',
  ]);
  const { body } = await clinic.get(`MedicationRequest/${created.id}`);
  expect(body.identifier).toEqual([expect.objectContaining({ value: field(message, 'ORC', 2, 1, 1) })]);
  await clinic.update({ ...body, status: 'stopped', statusReason: { text: 'rash' } });
  const [, stopped] = await told(near, 'RDE^O11', 2);
  expect([field(stopped, 'ORC', 1), field(stopped, 'ORC', 16, 1, 2)]).toEqual(['DC', 'rash']);
  expect(far?.received).toEqual([]);
});

test('one that names no pharmacy goes to none where several take such: a person is told', async () => {
  const { id } = await clinic.create(prescription('Ibuprofen'));
  const tasks = await eventually(
    () => clinic.search(`Task?focus=MedicationRequest/${id}`),
    (found) => found.length === 1,
  );
  expect(tasks[0]).toMatchObject({ status: 'requested', code: { coding: [{ code: 'recipient-unknown' }] } });
});

test('what is handed over is told with its lot', async () => {
  const medication = await clinic.create({
    resourceType: 'Medication',
    code: { text: 'Paracetamol' },
    batch: { lotNumber: 'P-7', expirationDate: '2027-06-30' },
  });
  await clinic.create({
    resourceType: 'MedicationDispense',
    status: 'completed',
    medicationReference: { reference: `Medication/${medication.id}` },
    subject: { reference: `Patient/${patient}` },
    quantity: { value: 10, unit: 'tablets' },
    whenHandedOver: '2026-01-05T10:30:00Z',
  });
  const [message] = await told(far, 'RDS^O13', 1);
  expect([2, 4, 18, 19].map((at) => field(message, 'RXD', at, 1, at === 2 ? 2 : 1))).toEqual([
    'Paracetamol',
    '10',
    'P-7',
    '20270630',
  ]);
});

test('accounts and charges are told; a charge that is none after all is credited', async () => {
  const account = await clinic.create({
    resourceType: 'Account',
    status: 'active',
    identifier: [{ system: 'https://clinic.example/accounts', value: 'A-1' }],
    subject: [{ reference: `Patient/${patient}` }],
  });
  expect(field((await told(office, 'BAR^P01', 1))[0], 'PID', 18, 1, 1)).toBe('A-1');
  const charge = await clinic.create({
    resourceType: 'ChargeItem',
    status: 'billable',
    code: { text: 'Visit' },
    subject: { reference: `Patient/${patient}` },
    account: [{ reference: `Account/${account.id}` }],
    priceOverride: { value: 12.5, currency: 'EUR' },
  });
  const [message] = await told(office, 'DFT^P03', 1);
  expect([field(message, 'PID', 18, 1, 1), field(message, 'FT1', 6), field(message, 'FT1', 11, 1, 1, 1)]).toEqual([
    'A-1',
    'CG',
    '12.5',
  ]);
  await clinic.update({ ...charge, status: 'billed' });
  await clinic.update({ ...charge, status: 'aborted' });
  const [, credit] = await told(office, 'DFT^P03', 2);
  expect([field(credit, 'FT1', 2), field(credit, 'FT1', 6)]).toEqual([field(message, 'FT1', 2), 'CR']);
});

test('staff is told: new, changed, and not active any more', async () => {
  const person = await clinic.create({
    resourceType: 'Practitioner',
    active: true,
    identifier: [{ system: 'http://hl7.org/fhir/sid/us-npi', value: '1234567893' }],
    name: [{ family: 'Welby', given: ['Marcus'] }],
  });
  await clinic.update({ ...person, gender: 'male' });
  await clinic.update({ ...person, active: false });
  const messages = await told(office, 'MFN^M02', 3);
  expect(messages.map((each) => field(each, 'MFE', 1))).toEqual(['MAD', 'MUP', 'MDC']);
  expect(messages.map((each) => field(each, 'STF', 7))).toEqual(['A', 'A', 'I']);
});
