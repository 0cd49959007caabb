import { linkHandlers } from '../../../hl7-gateway/inbox/link-handlers.ts';
import { serveMllp, type MllpServer } from '../../../hl7-gateway/mllp/serve-mllp.ts';
import { createLog } from '../../../server/kernel/log.ts';
import { eventually, until } from '../../harness/eventually.ts';
import { framed, openPeer, type MllpPeer } from './mllp-peer.ts';
import { adt, codeIn, msh, openTestInbox, partner, type MessageRow, type TestInbox } from './test-inbox.ts';

let opened: TestInbox;
let server: MllpServer;
let peer: MllpPeer;
let before = 0;

beforeAll(async () => {
  const strict = { fallbackCharset: 'windows-1252', isStrict: true, processingIds: ['P'] };
  opened = await openTestInbox(
    [
      partner('LAB'),
      partner('STRICT', { reading: strict }),
      partner('TWIN', { recognition: { application: 'TWINS' } }),
      partner('TWIN2', { recognition: { application: 'TWINS' } }),
    ],
    { unknownPerHour: 20 },
  );
  server = await serveMllp({
    listeners: [{ host: '127.0.0.1', port: 0 }],
    limits: { maxFrame: 4_000_000 },
    ...linkHandlers(opened.inbox, createLog('silent', 'test'), () => Date.now()),
  });
});

afterAll(async () => {
  await server.close();
  await opened.close();
});

beforeEach(async () => {
  before = (await opened.rows()).length;
  opened.ports.delivered.length = 0;
  peer = await openPeer(server.ports[0] ?? 0);
});

afterEach(() => peer.end());

/** What came since the test began, when that is so much and has been worked on. */
async function kept(count: number): Promise<readonly MessageRow[]> {
  await eventually(
    () => opened.rows(),
    (rows) => rows.length >= before + count,
  );
  await opened.settled();
  return (await opened.rows()).slice(before);
}

async function reply(message: string | Uint8Array): Promise<string> {
  peer.send(message);
  return (await peer.replies(1))[0] ?? '';
}

test('a frame without its end is kept, and is no message', async () => {
  const cut = adt('1').slice(0, 90);
  peer.write(`\x0b${cut}`);
  peer.end();
  expect(await kept(1)).toMatchObject([{ state: 'rejected', reason: 'truncated', bytes: Buffer.from(cut) }]);
  expect(opened.ports.delivered).toEqual([]);
});

test('noise around a frame does not matter', async () => {
  peer.write(
    Buffer.concat([
      Buffer.from('GET / HTTP/1.0\r\n\r\n\x00\xff'),
      framed(adt('2', { id: 'N1' })),
      Buffer.from('\r\n junk'),
    ]),
  );
  expect(codeIn((await peer.replies(1))[0])).toBe('AA');
  expect(await kept(1)).toMatchObject([{ controlId: 'N1', state: 'applied' }]);
});

test('two frames in one chunk are two messages of two patients', async () => {
  const messages = [adt('3', { id: 'F1' }), adt('4', { id: 'F2' })];
  peer.send(...messages);
  expect((await peer.replies(2)).map(codeIn)).toEqual(['AA', 'AA']);
  expect((await kept(2)).map(({ bytes }) => bytes.toString())).toEqual(messages);
});

test('an endless frame is refused, its beginning kept', async () => {
  peer.write(`\x0b${adt('5', { id: 'L1' })}`);
  const part = `OBX|1|TX|||${'x'.repeat(500_000)}\r`;
  for (let n = 0; n < 12 && !peer.isClosed(); n += 1) {
    peer.write(part);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await until(() => peer.isClosed());
  expect(codeIn((await peer.replies(1))[0])).toBe('AR');
  expect(await kept(1)).toMatchObject([{ state: 'rejected', reason: 'too-long' }]);
  expect(opened.ports.delivered).toEqual([]);
});

test('a sender that lies about its charset is read by its own; broken bytes wait for a person', async () => {
  const declared = (id: string, name: Buffer): Buffer =>
    Buffer.concat([Buffer.from(`${msh({ id })}||UNICODE UTF-8\rPID|1||6^^^MRN||`), name, Buffer.from('\r')]);
  peer.send(
    declared('C1', Buffer.from([0x4d, 0xfc, 0x6c])),
    declared('C2', Buffer.concat([Buffer.from('é'), Buffer.from([0xfc])])),
  );
  expect((await peer.replies(2)).map(codeIn)).toEqual(['AA', 'AA']);
  expect(await kept(2)).toMatchObject([
    { controlId: 'C1', state: 'applied' },
    { controlId: 'C2', state: 'parked', reason: 'unreadable' },
  ]);
});

test('without a type it is refused with the place', async () => {
  const refusal = await reply(`${msh({ id: 'T1', event: '' })}\rPID|1||7^^^MRN\r`);
  expect(codeIn(refusal)).toBe('AR');
  expect(refusal).toMatch(/\rERR\|\|MSH\^1\^9\|101\^/);
  expect(await kept(1)).toMatchObject([{ state: 'rejected', reason: 'no-type' }]);
});

test.each(['2.3.z', '9.9', '', '2.5^AUS', 'x'.repeat(3000)])(
  'version "%.9s" is read as the nearest, unless the partner is strict',
  async (version) => {
    expect(codeIn(await reply(adt('8', { version })))).toBe('AA');
    expect(await kept(1)).toMatchObject([{ state: 'applied' }]);
  },
);

test('strict partners: unknown version, processing id, event, no control id', async () => {
  const from = 'STRICT';
  peer.send(
    adt('9', { from, version: '9.9' }),
    adt('9', { from, processing: 'T' }),
    `${msh({ from, event: 'ZZZ^Z99' })}\r`,
    adt('9', { from, id: '' }),
    adt('9', { from, version: '2.4', id: 'OK' }),
  );
  expect((await peer.replies(5)).map(codeIn)).toEqual(['AR', 'AR', 'AR', 'AR', 'AA']);
  expect((await kept(5)).map(({ reason }) => reason)).toEqual([
    'version',
    'processing-id',
    'unmapped-event',
    'no-control-id',
    null,
  ]);
});

test('others: a test message and an unknown event are taken, and wait for a person', async () => {
  peer.send(adt('10', { processing: 'T' }), `${msh({ event: 'ZZZ^Z99' })}\rPID|1||11^^^MRN\r`);
  expect((await peer.replies(2)).map(codeIn)).toEqual(['AA', 'AA']);
  expect((await kept(2)).map(({ state, reason }) => `${state} ${reason}`)).toEqual([
    'parked refused',
    'parked unmapped-event',
  ]);
});

test('a field of 2.7 MB and a patient of 300 identifiers are taken whole', async () => {
  const big = `${adt('12', { id: 'B1' })}OBX|1|ED|||^AP^PDF^Base64^${'QUJD'.repeat(700_000)}\r`;
  const many = adt(Array.from({ length: 300 }, (_, n) => `${n}^^^MRN${n}`).join('~'), { id: 'B2' });
  peer.send(big, many);
  expect((await peer.replies(2)).map(codeIn)).toEqual(['AA', 'AA']);
  const rows = await kept(2);
  expect(rows.map(({ state }) => state)).toEqual(['applied', 'applied']);
  expect(rows.map(({ bytes }) => bytes.toString())).toEqual([big, many]);
});

test('the same control id with other content is another message', async () => {
  peer.send(adt('13', { id: 'S1' }), adt('14', { id: 'S1' }));
  expect((await peer.replies(2)).map(codeIn)).toEqual(['AA', 'AA']);
  expect((await kept(2)).map(({ state }) => state)).toEqual(['applied', 'applied']);
  expect(opened.ports.delivered).toHaveLength(2);
});

test.each([
  ['no HL7', 'hello'],
  ['nothing', ''],
  ['zeros', '\0\0\0\0'],
  ['a header alone', 'MSH'],
  ['no separator', 'MSHABC'],
  ['another segment first', 'PID|1||1^^^MRN\r'],
])('%s is refused, and kept', async (_, text) => {
  expect(codeIn(await reply(text))).toBe('AR');
  expect(await kept(1)).toMatchObject([{ state: 'rejected', partner: '', bytes: Buffer.from(text) }]);
});

test('zeros and halves of characters in what a message is found by are no trouble', async () => {
  const text = `${msh({ id: 'Z\0\ud800' })}\rPID|1||1\0\ud8005^^^M\0RN\r`;
  expect(codeIn(await reply(Buffer.from(text, 'utf8')))).toBe('AA');
  expect(await kept(1)).toMatchObject([{ state: 'applied', bytes: Buffer.from(text, 'utf8') }]);
});

test('who is not known, or not told from another, is refused; of many messages not all are kept', async () => {
  peer.send(adt('16', { from: 'NOBODY' }), adt('17', { from: 'TWINS' }));
  const replies = await peer.replies(2);
  expect(replies.map(codeIn)).toEqual(['AR', 'AR']);
  expect(replies[0]).toMatch(/\rERR\|\|MSH\^1\^3\|204\^/);
  expect(await kept(2)).toMatchObject([{ reason: 'unknown-sender' }, { reason: 'unknown-sender' }]);
  peer.send(...Array.from({ length: 40 }, () => adt('18', { from: 'NOBODY' })));
  expect(new Set((await peer.replies(42)).map(codeIn))).toEqual(new Set(['AR']));
  expect((await opened.rows()).filter((row) => row.partner === '').length).toBeLessThanOrEqual(20);
  expect(opened.ports.delivered).toEqual([]);
});
