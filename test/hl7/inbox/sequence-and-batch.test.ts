import { adt, codeIn, msh, openTestInbox, partner, type TestInbox } from './test-inbox.ts';

let opened: TestInbox;

beforeAll(async () => {
  opened = await openTestInbox([
    partner('LAB'),
    partner('NUM', { replies: { replyWhen: 'stored', hasUniqueControlIds: false, usesSequenceNumbers: true } }),
  ]);
});

afterAll(() => opened.close());

/** MSA-1 and MSA-4. */
function answer(reply: string | undefined): string {
  const [, code, , , sequence = ''] = (/\r(MSA[^\r]*)/.exec(reply ?? '')?.[1] ?? '').split('|');
  return `${code} ${sequence}`;
}

test('numbered messages are taken in step only; a repetition is answered as before', async () => {
  const numbered = (sequence: string, id: string): string => adt(id, { from: 'NUM', id, sequence });
  const first = numbered('7', 'N7');
  expect(codeIn(await opened.send(first))).toBe('AA');
  expect(codeIn(await opened.send(numbered('8', 'N8')))).toBe('AA');
  expect(answer(await opened.send(numbered('10', 'N10')))).toBe('AE 9');
  expect(codeIn(await opened.send(first))).toBe('AA');
  expect(codeIn(await opened.send(numbered('9', 'N9')))).toBe('AA');
  expect(codeIn(await opened.send(numbered('10', 'N10')))).toBe('AA');
  expect(codeIn(await opened.send(numbered('8', 'other')))).toBe('AE');
  await opened.settled();
  const own = (await opened.rows()).filter((row) => row.partner === 'NUM');
  expect(own.map(({ controlId, state, reason }) => [controlId, state, reason])).toEqual([
    ['N7', 'applied', null],
    ['N8', 'applied', null],
    ['N10', 'rejected', 'out-of-step'],
    ['N9', 'applied', null],
    ['N10', 'applied', null],
    ['other', 'rejected', 'out-of-step'],
  ]);
});

test('the start of a link is answered with the number that is expected, and has no content', async () => {
  const start = `${msh({ from: 'NUM', id: 'S0', event: '', sequence: '0' })}\r`;
  expect(answer(await opened.send(start))).toBe('AA 11');
  expect((await opened.rows()).find(({ controlId }) => controlId === 'S0')).toMatchObject({ state: 'ignored' });
  expect(codeIn(await opened.send(adt('1', { from: 'NUM', id: 'N11', sequence: '11' })))).toBe('AA');
});

test('after -1 the count begins anew with the next message', async () => {
  expect(answer(await opened.send(`${msh({ from: 'NUM', id: 'S1', event: '', sequence: '-1' })}\r`))).toBe('AA -1');
  expect(codeIn(await opened.send(adt('1', { from: 'NUM', id: 'N500', sequence: '500' })))).toBe('AA');
});

test('a batch is taken apart, its messages are answered one by one in one batch', async () => {
  const messages = [adt('1', { id: 'B1' }), `${msh({ id: 'B2', event: '' })}\r`, adt('3', { id: 'B3' })];
  const batch = `FHS|^~\\&|LAB|F\rBHS|^~\\&|LAB|F|||||||77\r${messages.join('')}BTS|3\rFTS|1\r`;
  const reply = await opened.send(batch);
  expect(reply).toMatch(/^FHS\|/);
  expect([...(reply ?? '').matchAll(/MSA\|(..)\|(..)/g)].map(([, code, id]) => `${code} ${id}`)).toEqual([
    'AA B1',
    'AR B2',
    'AA B3',
  ]);
  await opened.settled();
  const rows = await opened.rows();
  const envelope = rows.find(({ event }) => event === 'BATCH');
  expect(envelope).toMatchObject({ state: 'split', bytes: Buffer.from(batch) });
  const parts = rows.filter(({ parent }) => parent !== null && parent === envelope?.id);
  expect(parts.map(({ bytes }) => bytes.toString())).toEqual(messages);
  expect(parts.map(({ state }) => state)).toEqual(['applied', 'rejected', 'applied']);
});

test('a batch that comes again changes nothing', async () => {
  const batch = `BHS|^~\\&|LAB|F\r${adt('4', { id: 'B4' })}${adt('5', { id: 'B5' })}BTS|3\r`;
  const codes = (reply: string | undefined): string[] => [...(reply ?? '').matchAll(/MSA\|../g)].map(([all]) => all);
  expect(codes(await opened.send(batch))).toEqual(['MSA|AA', 'MSA|AA']);
  const before = (await opened.rows()).length;
  expect(codes(await opened.send(batch))).toEqual(['MSA|AA', 'MSA|AA']);
  const rows = await opened.rows();
  expect(rows).toHaveLength(before);
  expect(rows.find(({ reason }) => reason === 'batch-count')).toMatchObject({ state: 'split' });
});

test('messages that nothing wraps are several messages', async () => {
  const reply = await opened.send(`${adt('6', { id: 'U1' })}${adt('7', { id: 'U2' })}`);
  expect([...(reply ?? '').matchAll(/MSA\|..\|U./g)]).toHaveLength(2);
});
