import fc from 'fast-check';
import { openPduGate, type GateProblem, type MessagePart, type PduGate } from './pdu-gate.ts';

const LIMITS = { associate: 2000, data: 1000, message: 3000 };

function pdu(type: number, body: Buffer, length = body.length): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(length, 2);
  return Buffer.concat([head, body]);
}

/** @param control 1: of a command; 2: the last one */
function fragment(context: number, control: number, bytes: Buffer, length = bytes.length + 2): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(length, 0);
  head.writeUInt8(context, 4);
  head.writeUInt8(control, 5);
  return Buffer.concat([head, bytes]);
}

const ASSOCIATE = pdu(1, Buffer.alloc(100));
const RELEASE = pdu(5, Buffer.alloc(4));
const data = (...fragments: readonly Buffer[]): Buffer => pdu(4, Buffer.concat(fragments));

function opened(isAccepted = true): { readonly gate: PduGate; readonly parts: MessagePart[] } {
  const parts: MessagePart[] = [];
  const gate = openPduGate(LIMITS, (part) => parts.push(part) > 0 && isAccepted);
  return { gate, parts };
}

test('whole PDUs go on, however they come', () => {
  const body = [
    data(fragment(1, 3, Buffer.from('command'))),
    data(fragment(1, 0, Buffer.from('da'))),
    data(fragment(1, 2, Buffer.from('ta'))),
  ];
  const sent = [ASSOCIATE, ...body, RELEASE];
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
      const { gate, parts } = opened();
      const came: Buffer[] = [];
      const bytes = Buffer.concat(sent);
      for (let [at, turn] = [0, 0]; at < bytes.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        const taken = gate.take(bytes.subarray(at, at + size));
        expect(typeof taken).toBe('object');
        if (typeof taken !== 'string') came.push(...taken);
        at += size;
      }
      expect(came).toEqual(sent);
      expect(parts.map((part) => [part.isCommand, part.bytes.toString()])).toEqual([
        [true, 'command'],
        [false, 'data'],
      ]);
    }),
  );
});

const long = data(fragment(1, 0, Buffer.alloc(900)));
test.each<[string, readonly Buffer[], GateProblem]>([
  ['HTTP', [Buffer.from('GET / HTTP/1.1\r\n')], 'type'],
  ['an answer', [ASSOCIATE, pdu(2, Buffer.alloc(4))], 'type'],
  ['data first', [data(fragment(1, 3, Buffer.alloc(2)))], 'order'],
  ['a second request', [ASSOCIATE, ASSOCIATE], 'order'],
  ['a huge request, by its header', [pdu(1, Buffer.alloc(0), 0xffffffff)], 'length'],
  ['more data than was agreed on', [ASSOCIATE, pdu(4, Buffer.alloc(0), 1001)], 'length'],
  ['a release with a tail', [ASSOCIATE, pdu(5, Buffer.alloc(5))], 'length'],
  ['a fragment beyond its PDU', [ASSOCIATE, data(fragment(1, 3, Buffer.alloc(4), 60_000))], 'fragment'],
  ['a fragment of nothing', [ASSOCIATE, data(fragment(1, 3, Buffer.alloc(0), 0))], 'fragment'],
  ['an even context', [ASSOCIATE, data(fragment(2, 3, Buffer.alloc(2)))], 'fragment'],
  ['unknown control bits', [ASSOCIATE, data(fragment(1, 7, Buffer.alloc(2)))], 'fragment'],
  [
    'a command within a data set',
    [ASSOCIATE, data(fragment(1, 0, Buffer.alloc(2)), fragment(1, 3, Buffer.alloc(2)))],
    'fragment',
  ],
  ['a message without end', [ASSOCIATE, long, long, long, long], 'too long'],
])('%s ends the connection', (_name, chunks, problem) => {
  const { gate } = opened();
  expect(chunks.map((chunk) => gate.take(chunk)).at(-1)).toBe(problem);
  expect(gate.take(ASSOCIATE)).toBe(problem);
});

test('a part that is not accepted does not go on', () => {
  const { gate } = opened(false);
  gate.take(ASSOCIATE);
  expect(gate.take(data(fragment(1, 3, Buffer.from('bad'))))).toBe('content');
});
