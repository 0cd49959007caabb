import {
  ADMINISTRATOR,
  LAB_ONE,
  NURSE,
  openBrowsedClinic,
  result,
  valueIn,
  valuesIn,
  type BrowsedClinic,
} from './browsed-clinic.ts';
import { eventually } from '../../harness/eventually.ts';

let clinic: BrowsedClinic;
let applied: string;
let parked: string;
beforeAll(async () => {
  clinic = await openBrowsedClinic();
  applied = await clinic.receive(result('LAB', 'B-1', 'M4711'), 'applied');
  parked = await clinic.receive(result('STRICT', 'B-2', '4712'), 'parked');
});
afterAll(() => clinic.close());

test('messages are found by what is known of them, the newest first, page by page', async () => {
  const ids = async (input: Readonly<Record<string, unknown>>): Promise<readonly unknown[]> =>
    (await clinic.call(LAB_ONE, 'hl7-messages', input)).parts
      .filter(({ name }) => name === 'message')
      .map((each) => valueIn(each, 'id'));
  expect(await ids({})).toEqual([parked, applied]);
  expect(await ids({ partner: 'lab' })).toEqual([applied]);
  expect(await ids({ patient: '4712' })).toEqual([parked]);
  expect(await ids({ order: 'B-1', event: 'ORU^R01', state: ['applied', 'dead'] })).toEqual([applied]);
  expect(await ids({ until: '2020-01-01T00:00:00Z' })).toEqual([]);
  const first = await clinic.call(LAB_ONE, 'hl7-messages', { _count: 1 });
  expect(valueIn(first.parts, 'next')).toEqual(expect.any(Number));
  expect(await ids({ _count: 1, before: valueIn(first.parts, 'next') })).toEqual([applied]);
  expect((await clinic.call(LAB_ONE, 'hl7-messages', { state: 'lost' })).status).toBe(400);
});

test('a message is shown by names of its fields, with what it made, what was tried and what no map has read', async () => {
  const { status, parts } = await clinic.call(LAB_ONE, 'hl7-message', { message: applied });
  expect(status).toBe(200);
  expect(valueIn(parts, 'state')).toBe('applied');
  expect(valuesIn(parts, 'resources')).toContainEqual({ reference: expect.stringMatching(/^Patient\//) });
  expect(valuesIn(parts, 'unread').join(' ')).toContain('ZXX');
  const pid = parts.find((each) => valueIn(each, 'place') === 'PID');
  expect(valueIn(pid, 'name')).toBe('Patient Identification');
  expect(pid?.part?.find((each) => valueIn(each, 'place') === 'PID-3.1')).toMatchObject({
    part: [{ valueString: 'PID-3.1' }, { valueString: 'ID Number' }, { valueString: 'M4711' }],
  });
  expect((await clinic.call(LAB_ONE, 'hl7-message', { message: crypto.randomUUID() })).status).toBe(404);
});

test('content is for who may see it: not for other roles, and not for who runs the server', async () => {
  for (const operation of ['hl7-message', 'hl7-preview']) {
    expect((await clinic.call(NURSE, operation, { message: applied })).status).toBe(403);
    expect((await clinic.call(ADMINISTRATOR, operation, { message: applied })).status).toBe(403);
  }
  expect((await clinic.call(ADMINISTRATOR, 'hl7-dismiss', { message: parked, reason: 'no' })).status).toBe(403);
  expect((await clinic.call(NURSE, 'hl7-messages')).status).toBe(403);
  expect((await clinic.call(NURSE, 'hl7-status')).status).toBe(403);
  const listed = await clinic.call(ADMINISTRATOR, 'hl7-messages');
  expect(listed.parts).toHaveLength(2);
  expect(listed.text).not.toMatch(/Doe|M4711|Patient\//);
  expect((await clinic.call(ADMINISTRATOR, 'hl7-messages', { patient: 'M4711' })).status).toBe(403);
});

test('who may not see what a message made does not see the message', async () => {
  const confidential = { meta: { security: [{ system: V3, code: 'V' }] } };
  const shown = await clinic.call(LAB_ONE, 'hl7-message', { message: applied });
  const reference = valuesIn(shown.parts, 'resources')
    .map((each) => (each as { readonly reference: string }).reference)
    .find((each) => each.startsWith('DiagnosticReport/'));
  const { body } = await clinic.get(String(reference));
  expect((await clinic.send('PUT', String(reference), { ...body, ...confidential })).status).toBe(200);
  await eventually(
    async () => (await clinic.call(LAB_ONE, 'hl7-message', { message: applied })).status,
    (status) => status === 404,
  );
  expect((await clinic.call(LAB_ONE, 'hl7-message', { message: applied })).status).toBe(404);
  expect((await clinic.call(undefined, 'hl7-message', { message: applied })).status).toBe(200);
  expect((await clinic.send('PUT', String(reference), body)).status).toBe(200);
});

test('the audit trail has who saw a message, and of whom it is', async () => {
  const { parts } = await clinic.call(LAB_ONE, 'hl7-message', { message: applied });
  const patient = valuesIn(parts, 'resources')
    .map((each) => (each as { readonly reference: string }).reference)
    .find((each) => each.startsWith('Patient/'));
  const { body } = await clinic.get(`AuditEvent?agent=Practitioner/one&patient=${String(patient)}&_count=50`);
  expect(JSON.stringify(body)).toContain('$hl7-message');
});

test('what waits is worked on again, sent messages too; what is dismissed ends', async () => {
  const replayed = await clinic.call(ADMINISTRATOR, 'hl7-replay', { message: [applied, crypto.randomUUID()] });
  expect(valuesIn(replayed.parts, 'done')).toEqual([applied]);
  expect(valuesIn(replayed.parts, 'left')).toHaveLength(1);
  const again = await eventually(
    () => clinic.call(LAB_ONE, 'hl7-message', { message: applied }),
    ({ parts }) => ['applied', 'superseded'].includes(String(valueIn(parts, 'state'))),
  );
  expect(again.parts.find(({ name }) => name === 'tried')?.part).toContainEqual({
    name: 'agent',
    valueString: 'Practitioner/admin',
  });
  const dismissed = await clinic.call(LAB_ONE, 'hl7-dismiss', { message: parked, reason: 'Sent to us by mistake.' });
  expect(valuesIn(dismissed.parts, 'done')).toEqual([parked]);
  const { parts } = await clinic.call(LAB_ONE, 'hl7-message', { message: parked });
  expect(valueIn(parts, 'state')).toBe('ignored');
  expect(valueIn(parts, 'note')).toBe('Sent to us by mistake.');
});

const V3 = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
