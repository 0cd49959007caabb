import type { Body } from '../../flows/fhir-server.ts';
import { openOrderClinic, type OrderClinic } from './order-clinic.ts';

/** A site that lets its other system prescribe, one that does not, and one without sign-in. */
let trusting: OrderClinic;
let wary: OrderClinic;
let unbound: OrderClinic;
const GATEWAY = { kind: 'client', client: 'hl7-gateway', roles: ['gateway'] };

beforeAll(async () => {
  trusting = await openOrderClinic({ MEDICATIONS_PRESCRIBER_ROLES: 'physician gateway' }, GATEWAY);
  wary = await openOrderClinic({}, GATEWAY);
  unbound = await openOrderClinic();
});
afterAll(async () => {
  await Promise.all([trusting.close(), wary.close(), unbound.close()]);
});

let sent = 0;

interface DrugOrder {
  readonly id: string;
  readonly order: string;
  readonly drug: string;
  readonly control?: string;
  readonly at?: string;
}

async function order(
  clinic: OrderClinic,
  { id, order, drug, control = 'NW', at = '20261101090000' }: DrugOrder,
): Promise<unknown> {
  sent += 1;
  return clinic.send(
    `MSH|^~\\&|EHR|CLINIC|PHARM|CLINIC|${at}||RDE^O11^RDE_O11|RX${sent}|P|2.5.1`,
    `PID|1||${id}^^^MRN&1.2.3.4&ISO^MR||Doe^Ann^^^^^L||19800101|F`,
    `ORC|${control}|${order}^EHR|||||||${at}|||77^House^Gregory^^^^^^NPI&2.16.840.1.113883.4.6&ISO`,
    `RXE||^${drug}|50||mg|||||30|{tablet}|1`,
    'TQ1|1||BID',
    'RXR|PO^Oral^HL70162',
  );
}

async function stored(clinic: OrderClinic, number: string): Promise<Body | undefined> {
  const [found] = await clinic.search(`MedicationRequest?identifier=${number}`);
  return found;
}

test('an order of a drug comes into force by the rules of the clinic, and ends as it was told', async () => {
  expect(await order(trusting, { id: 'd1', order: '100', drug: 'Amoxicillin' })).toMatchObject({ kind: 'applied' });
  expect(await stored(trusting, '100')).toMatchObject({
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: 'Amoxicillin' },
    requester: { display: 'Gregory House' },
    dosageInstruction: [{ doseAndRate: [{ doseQuantity: { value: 50, code: 'mg' } }] }],
  });
  expect(await order(trusting, { id: 'd1', order: '100', drug: 'Amoxicillin' })).toMatchObject({ kind: 'applied' });
  await order(trusting, { id: 'd1', order: '100', drug: 'Amoxicillin', control: 'HD', at: '20261101100000' });
  expect(await stored(trusting, '100')).toMatchObject({ status: 'on-hold' });
  await order(trusting, { id: 'd1', order: '100', drug: 'Amoxicillin', control: 'RL', at: '20261101110000' });
  await order(trusting, { id: 'd1', order: '100', drug: 'Amoxicillin', control: 'DC', at: '20261101120000' });
  expect(await stored(trusting, '100')).toMatchObject({ status: 'stopped' });
});

test('an order against a contraindication waits for a person, and is not lost', async () => {
  await order(trusting, { id: 'd2', order: '200', drug: 'Phenelzine' });
  expect(await order(trusting, { id: 'd2', order: '201', drug: 'Sertraline' })).toMatchObject({
    kind: 'parked',
    reason: 'refused',
    text: expect.stringContaining('phenelzine'),
  });
  expect(await stored(trusting, '201')).toBeUndefined();
});

test('where the clinic lets nobody else prescribe, the order waits for a person', async () => {
  expect(await order(wary, { id: 'd3', order: '300', drug: 'Amoxicillin' })).toMatchObject({
    kind: 'parked',
    reason: 'refused',
  });
  expect(await stored(wary, '300')).toBeUndefined();
});

test('what was dispensed elsewhere is a record, and makes no order active', async () => {
  expect(
    await unbound.send(
      'MSH|^~\\&|PHARM|SHOP|EHR|CLINIC|20261101090000||RDS^O13^RDS_O13|D1|P|2.5.1',
      'PID|1||d4^^^MRN&1.2.3.4&ISO^MR||Doe^Ann^^^^^L||19800101|F',
      'ORC|RE|400^EHR|F400^PHARM',
      'RXD|1|^Amoxicillin|20261101|30|{tablet}||RX400',
    ),
  ).toEqual({ kind: 'applied', resources: expect.anything(), superseded: [] });
  expect(await stored(unbound, '400')).toMatchObject({ status: 'unknown' });
  expect(await unbound.search('MedicationDispense?subject:Patient.identifier=d4')).toMatchObject([
    { status: 'completed', quantity: { value: 30 } },
  ]);
});
