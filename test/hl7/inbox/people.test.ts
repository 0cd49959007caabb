import { approveEdit, proposeEdit, refuseEdit } from '../../../hl7-gateway/inbox/edit-message.ts';
import { reapplyWithAnswer } from '../../../hl7-gateway/inbox/pending-codes.ts';
import { dismiss, dryRun, reprocess } from '../../../hl7-gateway/inbox/reprocess.ts';
import { MapFailure, type UnmappedCode } from '../../../hl7-gateway/map/mapped-message.ts';
import { editsOf } from '../../../hl7-gateway/store/edits.ts';
import { attemptsOf } from '../../../hl7-gateway/store/find-message.ts';
import { inboxFigures } from '../../../hl7-gateway/store/inbox-figures.ts';
import { searchMessages } from '../../../hl7-gateway/store/search-messages.ts';
import { createLog } from '../../../server/kernel/log.ts';
import { eventually, until } from '../../harness/eventually.ts';
import { adt, APPLIED, EMPTY, msh, openTestInbox, type MessageRow, type TestInbox } from './test-inbox.ts';

let opened: TestInbox;
const log = createLog('silent', 'test');

beforeEach(async () => {
  opened = await openTestInbox();
});

afterEach(() => opened.close());

const CODE: UnmappedCode = { place: 'PV1-2', source: 'HL70004', code: 'XX', target: 'urn:class', isRequired: true };
const MAPPED = { ...EMPTY, merges: [{ kind: 'merge' as const, source: [], target: [] }] };

async function parkedRow(): Promise<MessageRow> {
  const rows = await eventually(
    () => opened.rows(),
    (all) => all.some(({ state, task }) => state === 'parked' && task !== null),
  );
  const row = rows.find(({ state }) => state === 'parked');
  if (row === undefined) throw new Error('no message is parked');
  return row;
}

async function states(wanted: readonly string[]): Promise<void> {
  expect(
    await eventually(
      () => opened.states(),
      (all) => all.join() === wanted.join(),
    ),
  ).toEqual(wanted);
}

test('messages that wait for a code are freed by its answer; one Task tells of them all', async () => {
  let isAnswered = false;
  opened.ports.map = ({ controlId }) => ({ ...MAPPED, unmappedCodes: isAnswered || controlId === 'K3' ? [] : [CODE] });
  opened.ports.react = ({ mapped }) =>
    mapped.unmappedCodes.length === 0
      ? APPLIED
      : { kind: 'parked', reason: 'unmapped-code', text: 'A code has no translation.', codes: mapped.unmappedCodes };
  for (const id of ['K0', 'K1', 'K2', 'K3']) await opened.send(adt('p', { id }));
  await states(['parked', 'parked', 'parked', 'applied']);
  await until(() => opened.ports.codeTasks.length > 0);
  expect((await inboxFigures(opened.store)).unmappedCodes).toBe(1);
  isAnswered = true;
  opened.ports.answers = [{ partner: 'LAB', source: 'HL70004', code: 'XX', target: 'urn:class' }];
  await states(['applied', 'applied', 'applied', 'applied']);
  expect(opened.ports.codeTasks).toEqual(['LAB HL70004 XX']);
  expect(opened.ports.tasks).toEqual([]);
  expect(opened.ports.delivered.slice(-3).map(({ controlId }) => controlId)).toEqual(['K0', 'K1', 'K2']);
});

test('messages that were applied with a local code can be applied again with its answer', async () => {
  opened.ports.map = () => ({ ...MAPPED, unmappedCodes: [{ ...CODE, isRequired: false }] });
  await opened.send(adt('p', { id: 'O0' }));
  await states(['applied']);
  await until(() => opened.ports.codeTasks.length > 0);
  const answer = { partner: 'LAB', source: 'HL70004', code: 'XX', target: 'urn:class' };
  expect(await reapplyWithAnswer(opened.store, answer, 'Practitioner/1')).toHaveLength(1);
  opened.inbox.wake();
  await until(() => opened.ports.delivered.length === 2);
  const [first, second] = opened.ports.delivered;
  expect(first?.id).not.toBe(second?.id);
});

test('a parked message is worked on again, and its Task is closed; what was tried stays to be seen', async () => {
  let isRight = false;
  opened.ports.map = () => {
    if (isRight) return MAPPED;
    throw new MapFailure('PID-3 is empty.', 'PID^1^3', '101');
  };
  await opened.send(adt('p', { id: 'R0' }));
  const row = await parkedRow();
  expect(await dryRun(opened.store, opened.ports, log, row.id)).toMatchObject({ kind: 'parked', reason: 'unreadable' });
  isRight = true;
  expect(await dryRun(opened.store, opened.ports, log, row.id)).toMatchObject({ kind: 'resources', changes: [] });
  expect(await opened.states()).toEqual(['parked']);
  expect(await reprocess(opened.store, [row.id], 'Practitioner/1')).toEqual([row.id]);
  opened.inbox.wake();
  await states(['applied']);
  expect(opened.ports.delivered[0]?.id).toBe(row.delivery);
  expect(
    await eventually(
      () => opened.ports.closed,
      (all) => all.length > 0,
    ),
  ).toEqual([row.task]);
  const tried = await attemptsOf(opened.store, row.seq);
  expect(tried.map(({ kind, agent }) => [kind, agent])).toEqual([
    ['parked', null],
    ['again', 'Practitioner/1'],
  ]);
});

test('a message that a person dismisses is not applied', async () => {
  opened.ports.react = () => ({
    kind: 'parked',
    reason: 'refused',
    text: 'The server refuses it.',
    task: 'Task/9',
    codes: [],
  });
  await opened.send(adt('p', { id: 'I0' }));
  const row = await parkedRow();
  expect(row.task).toBe('Task/9');
  expect(await dismiss(opened.store, [row.id], 'Practitioner/1', 'A test of the laboratory.')).toEqual([row.id]);
  await states(['ignored']);
  await until(() => opened.ports.closed.includes('Task/9'));
  expect(opened.ports.tasks).toEqual([]);
});

test('a corrected text is applied when a second person agrees, and the one that came stays', async () => {
  opened.ports.map = (message) => {
    if (message.segments.some((segment) => segment.get(5, 1).includes('Right'))) return MAPPED;
    throw new MapFailure('PID-5 is wrong.', 'PID^1^5', '102');
  };
  const wrong = `${msh({ id: 'T0' })}\rPID|1||1^^^MRN||Wrong\r`;
  await opened.send(wrong);
  const row = await parkedRow();
  const edit = {
    message: row.id,
    bytes: Buffer.from(wrong.replace('Wrong', 'Right')),
    author: 'Practitioner/a',
    explanation: 'x',
  };
  await expect(proposeEdit(opened.store, { ...edit, bytes: Buffer.from('PID|1') }, Date.now())).rejects.toThrow(
    'no HL7',
  );
  const first = await proposeEdit(opened.store, edit, Date.now());
  await refuseEdit(opened.store, first, 'Practitioner/b');
  await expect(approveEdit(opened.store, opened.ports, first, 'Practitioner/b')).rejects.toThrow('decided before');
  const second = await proposeEdit(opened.store, edit, Date.now());
  await expect(approveEdit(opened.store, opened.ports, second, 'Practitioner/a')).rejects.toThrow('somebody else');
  const decided = await Promise.allSettled([
    approveEdit(opened.store, opened.ports, second, 'Practitioner/b'),
    approveEdit(opened.store, opened.ports, second, 'Practitioner/c'),
  ]);
  expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  opened.inbox.wake();
  await states(['superseded', 'applied']);
  const rows = await opened.rows();
  expect(rows[0]?.bytes.toString()).toBe(wrong);
  expect(rows[1]).toMatchObject({ parent: row.id, controlId: 'T0' });
  expect((await editsOf(opened.store, row.id)).map(({ state }) => state)).toEqual(['refused', 'approved']);
  expect(await opened.send(wrong)).toBe(rows[0]?.reply?.toString());
});

test('messages are found by partner, event, patient, order, control id and state, page by page', async () => {
  await opened.send(`${msh({ id: 'S0', event: 'ORU^R01' })}\rPID|1||77^^^MRN\rORC|RE|PL1|FI1\rOBR|1|PL1^X|FI1\r`);
  await opened.send(adt('77', { id: 'S1' }));
  await opened.send(adt('78', { id: 'S2', from: 'HIS' }));
  await opened.settled();
  const ids = async (filter: Parameters<typeof searchMessages>[1]): Promise<readonly string[]> =>
    (await searchMessages(opened.store, filter)).map(({ controlId }) => controlId);
  expect(await ids({ patient: '77' })).toEqual(['S1', 'S0']);
  expect(await ids({ order: 'FI1' })).toEqual(['S0']);
  expect(await ids({ patient: '77', event: 'ADT^A08' })).toEqual(['S1']);
  expect(await ids({ partner: 'HIS', states: ['applied'] })).toEqual(['S2']);
  expect(await ids({ controlId: 'S1', since: '2020-01-01T00:00:00Z' })).toEqual(['S1']);
  expect(await ids({ until: '2020-01-01T00:00:00Z' })).toEqual([]);
  const [newest] = await searchMessages(opened.store, { limit: 1 });
  expect(await ids({ limit: 1, ...(newest === undefined ? {} : { before: newest.seq }) })).toEqual(['S1']);
});
