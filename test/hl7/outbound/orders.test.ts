import { eventually, until } from '../../harness/eventually.ts';
import { openPeer, type Peer } from './peer.ts';
import { openSendingClinic, orderFor, partnerEndpoint, PATIENT, type SendingClinic } from './sending-clinic.ts';

let clinic: SendingClinic;
let lab: Peer;
let patient: string;

beforeAll(async () => {
  clinic = await openSendingClinic();
  lab = await openPeer();
  patient = String((await clinic.create(PATIENT)).id);
  await clinic.update(partnerEndpoint({ id: 'lab', port: lab.port, events: ['OML^O21'] }));
  await until(async () => (await clinic.get('Subscription/hl7-gateway-servicerequest')).body.status === 'active');
});

afterAll(async () => {
  await clinic.close();
  await lab.close();
});

const controls = (): readonly string[] =>
  lab.received.map((message) => message.segments.find(({ name }) => name === 'ORC')?.get(1, 1) ?? '');

test('an order goes out with a number of its own, is changed, held, released and cancelled', async () => {
  const created = await clinic.create(orderFor(patient));
  await until(() => lab.received.length === 1);
  const [first] = lab.received;
  const field = (segment: string, ...at: readonly [number, number?, number?]): string =>
    first?.segments.find(({ name }) => name === segment)?.get(...at) ?? '';
  expect(first?.event).toBe('OML^O21');
  expect([field('PID', 3, 1, 1), field('PID', 5, 1, 1), field('PID', 7)]).toEqual(['P-1', 'Müller|Ω', '19800203']);
  expect([field('OBR', 4, 1, 1), field('OBR', 4, 1, 3), field('TQ1', 9)]).toEqual(['2345-7', 'LN', 'S']);
  expect(field('ORC', 9)).toBe('20260102030405+0100');
  const stored = (await clinic.get(`ServiceRequest/${String(created.id)}`)).body;
  expect(stored.identifier).toEqual([
    expect.objectContaining({ system: 'https://athanor.health/fhir/hl7/placer', value: field('ORC', 2, 1, 1) }),
  ]);
  const changes = [{ priority: 'routine' }, { status: 'on-hold' }, { status: 'active' }, { status: 'revoked' }];
  let order = stored;
  for (const [index, change] of changes.entries()) {
    order = await clinic.update({ ...order, ...change });
    await until(() => lab.received.length === index + 2);
  }
  expect(controls()).toEqual(['NW', 'XO', 'HD', 'RL', 'CA']);
  const rows = await eventually(clinic.opened.sent, (found) => found.every(({ state }) => state === 'acked'));
  expect(rows.map(({ state }) => state)).toEqual(['acked', 'acked', 'acked', 'acked', 'acked']);
});

test('drafts, proposals and changes that no message tells are not sent', async () => {
  const before = lab.received.length;
  await clinic.create(orderFor(patient, { status: 'draft' }));
  await clinic.create(orderFor(patient, { intent: 'proposal' }));
  const last = await clinic.create(orderFor(patient, { code: { text: 'last' } }));
  await until(() => lab.received.length === before + 1);
  const { body } = await clinic.get(`ServiceRequest/${String(last.id)}`);
  await clinic.update({ ...body, instantiatesUri: ['urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0'] });
  await clinic.create(orderFor(patient, { code: { text: 'after' } }));
  await until(() => lab.received.length === before + 2);
  expect(controls().slice(before)).toEqual(['NW', 'NW']);
});

test('what a partner said goes not back to it', async () => {
  const before = lab.received.length;
  const source = 'https://athanor.health/fhir/hl7/lab#M1';
  const theirs = await clinic.create(orderFor(patient, { meta: { source }, code: { text: 'theirs' } }));
  await clinic.create(orderFor(patient, { code: { text: 'ours' } }));
  await until(() => lab.received.length === before + 1);
  const codes = lab.received.map((message) => message.segments.find(({ name }) => name === 'OBR')?.get(4, 1, 2));
  expect(codes.at(-1)).toBe('ours');
  expect((await clinic.get(`ServiceRequest/${String(theirs.id)}`)).body.identifier).toBeUndefined();
});
