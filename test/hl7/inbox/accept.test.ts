import { adt, codeIn, msh, openTestInbox, partner, type TestInbox } from './test-inbox.ts';

let opened: TestInbox;

beforeAll(async () => {
  opened = await openTestInbox([
    partner('LAB'),
    partner('HIS'),
    partner('UNIQUE', { replies: { replyWhen: 'stored', hasUniqueControlIds: true, usesSequenceNumbers: false } }),
    partner('WAITS', { replies: { replyWhen: 'applied', hasUniqueControlIds: false, usesSequenceNumbers: false } }),
  ]);
});

afterAll(() => opened.close());

test('a message is answered AA, kept byte by byte, and applied', async () => {
  const text = adt('1', { id: 'A1' });
  const reply = await opened.send(text);
  expect(reply).toMatch(/^MSH\|\^~\\&\|ATHANOR\|CLINIC\|LAB\|F\|.*\|ACK\^A08\^ACK\|[^|]+\|P\|2\.5\.1/);
  expect(reply).toContain('\rMSA|AA|A1');
  await opened.settled();
  const row = (await opened.rows()).find(({ controlId }) => controlId === 'A1');
  expect(row).toMatchObject({ state: 'applied', partner: 'LAB', event: 'ADT^A08', bytes: Buffer.from(text) });
});

test('a repetition gets the same reply and is not applied again', async () => {
  const text = adt('2', { id: 'A2' });
  const first = await opened.send(text);
  const [again, third] = await Promise.all([opened.send(text), opened.send(text)]);
  expect(again).toBe(first);
  expect(third).toBe(first);
  await opened.settled();
  expect((await opened.rows()).filter(({ controlId }) => controlId === 'A2')).toHaveLength(1);
  expect(opened.ports.delivered.filter(({ controlId }) => controlId === 'A2')).toHaveLength(1);
});

test('the same message at once over several links is one message', async () => {
  const text = adt('3', { id: 'A3' });
  const replies = await Promise.all(Array.from({ length: 20 }, () => opened.send(text)));
  expect(new Set(replies).size).toBe(1);
  expect((await opened.rows()).filter(({ controlId }) => controlId === 'A3')).toHaveLength(1);
});

test('the same control id with other content is a new message, or refused where ids are promised to be unique', async () => {
  expect(codeIn(await opened.send(adt('4', { id: 'A4' })))).toBe('AA');
  expect(codeIn(await opened.send(adt('5', { id: 'A4' })))).toBe('AA');
  expect(codeIn(await opened.send(adt('4', { id: 'A4', from: 'HIS' })))).toBe('AA');
  expect((await opened.rows()).filter(({ controlId }) => controlId === 'A4')).toHaveLength(3);

  expect(codeIn(await opened.send(adt('4', { id: 'A5', from: 'UNIQUE' })))).toBe('AA');
  const refusal = await opened.send(adt('5', { id: 'A5', from: 'UNIQUE' }));
  expect(codeIn(refusal)).toBe('AR');
  expect(refusal).toContain('|205^');
  const rows = (await opened.rows()).filter(({ controlId }) => controlId === 'A5');
  expect(rows.map(({ state }) => state).slice(1)).toEqual(['rejected']);
});

test('two with one control id in one moment are told apart', async () => {
  const replies = await Promise.all(
    ['6', '7'].map((patient) => opened.send(adt(patient, { id: 'A6', from: 'UNIQUE' }))),
  );
  expect(replies.map(codeIn)).toEqual(['AA', 'AR']);
});

test('who waits for the application is answered by what became of the message', async () => {
  opened.ports.react = ({ controlId }) =>
    controlId === 'W2'
      ? { kind: 'parked', reason: 'patient-conflict', text: 'Two patients have these identifiers.', codes: [] }
      : { kind: 'applied', resources: ['Patient/1'], superseded: [] };
  expect(codeIn(await opened.send(adt('8', { id: 'W1', from: 'WAITS' })))).toBe('AA');
  const text = adt('9', { id: 'W2', from: 'WAITS' });
  const refusal = await opened.send(text);
  expect(codeIn(refusal)).toBe('AE');
  expect(refusal).toContain('Two patients have these identifiers.');
  expect(await opened.send(text)).toBe(refusal);
});

test('enhanced mode: commit replies as asked, the application reply as a message of its own', async () => {
  expect(codeIn(await opened.send(adt('10', { id: 'E1', accept: 'AL', application: 'AL' })))).toBe('CA');
  expect(await opened.send(adt('11', { id: 'E2', accept: 'NE', application: 'ER' }))).toBeUndefined();
  expect(codeIn(await opened.send(`${msh({ id: 'E3', event: '', accept: 'ER', application: 'NE' })}\r`))).toBe('CR');
  await opened.settled();
  const rows = await opened.rows();
  const received = rows.find(({ controlId }) => controlId === 'E1');
  const outgoing = rows.filter(({ direction }) => direction === 'out');
  expect(outgoing).toHaveLength(1);
  expect(outgoing[0]).toMatchObject({ state: 'queued', parent: received?.id, partner: 'LAB' });
  expect(outgoing[0]?.bytes.toString()).toContain('\rMSA|AA|E1');
});

test('a query is answered at once', async () => {
  const reply = await opened.send(`${msh({ id: 'Q1', event: 'QBP^Q22^QBP_Q21' })}\rQPD|Q22|T1\rRCP|I\r`);
  expect(reply).toContain('RSP^K22');
  expect(reply).toContain('\rMSA|AA|Q1');
});

test('a reply is kept and not answered', async () => {
  expect(await opened.send(`${msh({ id: 'R1', event: 'ACK' })}\rMSA|AA|X1\r`)).toBeUndefined();
  expect((await opened.rows()).find(({ controlId }) => controlId === 'R1')).toMatchObject({ state: 'ignored' });
});
