import { eventually, until } from '../../harness/eventually.ts';
import type { Body } from '../../flows/fhir-server.ts';
import { openPeer, type Peer } from './peer.ts';
import { openSendingClinic, orderFor, partnerEndpoint, PATIENT, type SendingClinic } from './sending-clinic.ts';

const ADT = [
  'ADT^A28',
  'ADT^A31',
  'ADT^A40',
  'ADT^A04',
  'ADT^A03',
  'SIU^S12',
  'SIU^S13',
  'SIU^S15',
  'ORU^R01',
  'MDM^T02',
  'VXU^V04',
];

let clinic: SendingClinic;
let his: Peer;
let lab: Peer;
let other: Peer;

beforeAll(async () => {
  clinic = await openSendingClinic();
  [his, lab, other] = await Promise.all([openPeer(), openPeer(), openPeer()]);
  const organization = await clinic.update({ resourceType: 'Organization', id: 'lab-org', name: 'Laboratory' });
  await clinic.update(partnerEndpoint({ id: 'his', port: his.port, events: ADT, version: '2.3' }));
  const reference = `Organization/${String(organization.id)}`;
  const events = ['OML^O21', 'ORM^O01'];
  await clinic.update(partnerEndpoint({ id: 'lab', port: lab.port, events, organization: reference }));
  await clinic.update(partnerEndpoint({ id: 'other', port: other.port, events: ['ORM^O01'], charset: 'iso-8859-1' }));
  for (const type of [
    'patient',
    'encounter',
    'appointment',
    'servicerequest',
    'diagnosticreport',
    'documentreference',
    'immunization',
  ]) {
    await until(async () => (await clinic.get(`Subscription/hl7-gateway-${type}`)).body.status === 'active');
  }
});

afterAll(async () => {
  await clinic.close();
  await Promise.all([his, lab, other].map((each) => each.close()));
});

const events = (peer: Peer): readonly string[] => peer.received.map(({ event }) => event);
const id = (resource: Body): string => String(resource.id);

test('registrations, visits, appointments and reports are told as what they are', async () => {
  const patient = await clinic.create(PATIENT);
  await until(() => his.received.length === 1);
  await clinic.update({ ...patient, gender: 'other' });
  await until(() => his.received.length === 2);
  const subject = { reference: `Patient/${id(patient)}` };
  const ambulatory = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };
  const start = '2026-01-02T08:00:00Z';
  await clinic.create({
    ...{ resourceType: 'Encounter', status: 'in-progress', class: ambulatory, subject, period: { start } },
  });
  await until(() => his.received.length === 3);
  const participant = [{ actor: subject, status: 'accepted' }];
  const booked = await clinic.create({
    ...{ resourceType: 'Appointment', status: 'booked', participant },
    ...{ start: '2026-02-01T09:00:00Z', end: '2026-02-01T09:30:00Z' },
  });
  await until(() => his.received.length === 4);
  const appointment = (await clinic.get(`Appointment/${id(booked)}`)).body;
  await clinic.update({ ...appointment, end: '2026-02-01T09:45:00Z' });
  await until(() => his.received.length === 5);
  await clinic.create({
    ...{ resourceType: 'DiagnosticReport', status: 'final', code: { text: 'Report' }, subject, conclusion: 'fine' },
  });
  await until(() => his.received.length === 6);
  const attachment = { contentType: 'application/pdf', data: 'JVBERi0xLjQK' };
  await clinic.create({ resourceType: 'DocumentReference', status: 'current', subject, content: [{ attachment }] });
  await until(() => his.received.length === 7);
  const file = his.received[6]?.segments.find(({ name }) => name === 'OBX');
  expect([file?.get(5, 1, 3), file?.get(5, 1, 5)]).toEqual(['PDF', 'JVBERi0xLjQK']);
  const vaccineCode = { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '141' }] };
  await clinic.create({
    ...{ resourceType: 'Immunization', status: 'completed', vaccineCode },
    ...{ patient: subject, occurrenceDateTime: '2026-01-02' },
  });
  await until(() => his.received.length === 8);
  const told = ['ADT^A28', 'ADT^A31', 'ADT^A04', 'SIU^S12', 'SIU^S13', 'ORU^R01', 'MDM^T02', 'VXU^V04'];
  expect(events(his)).toEqual(told);
  const numbers = ['PV1', 'SCH', 'OBR'].map((name, index) => {
    const segment = his.received[[2, 3, 5][index] ?? 0]?.segments.find((each) => each.name === name);
    return segment?.get([19, 2, 3][index] ?? 0, 1, 1) ?? '';
  });
  expect(numbers.every((number) => /^[0-9A-Z]{12}$/.test(number))).toBe(true);
});

test('an order goes to who is to perform it; one that names nobody and could go to several goes to none, and a person is told', async () => {
  const patient = id(await clinic.create(PATIENT));
  const performer = [{ reference: 'Organization/lab-org' }];
  const chosen = await clinic.create(orderFor(patient, { performer }));
  await until(() => lab.received.length === 1);
  const open = await clinic.create(orderFor(patient));
  const tasks = await eventually(
    () => clinic.search(`Task?focus=ServiceRequest/${id(open)}`),
    (found) => found.length > 0,
  );
  expect(tasks).toMatchObject([{ status: 'requested', code: { coding: [{ code: 'recipient-unknown' }] } }]);
  expect([lab.received.length, other.received.length]).toEqual([1, 0]);
  expect(chosen.performer).toEqual(performer);
});

test('an order that its laboratory refuses: its Task fails, and a person is told', async () => {
  const patient = id(await clinic.create(PATIENT));
  lab.react = () => 'AR';
  const performer = [{ reference: 'Organization/lab-org' }];
  const draft = await clinic.create(orderFor(patient, { performer, status: 'draft' }));
  const focus = { reference: `ServiceRequest/${id(draft)}` };
  const task = await clinic.create({ resourceType: 'Task', status: 'requested', intent: 'order', focus });
  await clinic.update({ ...draft, status: 'active' });
  const failed = await eventually(
    async () => (await clinic.get(`Task/${id(task)}`)).body,
    ({ status }) => status === 'failed',
  );
  expect(failed).toMatchObject({ status: 'failed', statusReason: { text: 'The destination answered AR.' } });
  const told = await eventually(
    () => clinic.search(`Task?focus=ServiceRequest/${id(draft)}&status=requested`),
    (found) => found.length > 0,
  );
  expect(told).toMatchObject([{ priority: 'urgent', code: { coding: [{ code: 'not-taken' }] } }]);
  const row = (await clinic.opened.sent()).at(-1);
  expect([row?.state, row?.task]).toEqual(['rejected', `Task/${String(told[0]?.id)}`]);
});

test('changes while no gateway runs are told when it comes back, once', async () => {
  lab.react = () => 'AA';
  const before = lab.received.length;
  const patient = id(await clinic.create(PATIENT));
  await clinic.stop();
  const performer = [{ reference: 'Organization/lab-org' }];
  for (const text of ['one', 'two', 'three']) {
    await clinic.create(orderFor(patient, { performer, code: { text } }));
  }
  clinic.start();
  await until(() => lab.received.length === before + 3);
  await clinic.opened.store.query({
    text: `update change_cursor set next = 1 where type = 'ServiceRequest'`,
    values: [],
  });
  await clinic.restart();
  await clinic.create(orderFor(patient, { performer, code: { text: 'four' } }));
  await until(() => lab.received.length === before + 4);
  const codes = lab.received.slice(before).map((message) => {
    return message.segments.find(({ name }) => name === 'OBR')?.get(4, 1, 2);
  });
  expect(codes).toEqual(['one', 'two', 'three', 'four']);
});
