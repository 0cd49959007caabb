import * as fc from 'fast-check';
import { batchReply, splitBatch } from './batch.ts';

const AT = new Date('2024-02-03T04:05:06Z');

function split(text: string) {
  const { messages, faults, isBatch } = splitBatch(Buffer.from(text));
  return {
    isBatch,
    messages: messages.map((bytes) => Buffer.from(bytes).toString()),
    faults: faults.map((fault) => fault.text),
  };
}

test.each([
  ['one message', 'MSH|a\rPID|MSH|BTS|\r', ['MSH|a\rPID|MSH|BTS|\r'], false],
  ['its mark and blank lines', '\ufeff\r\n MSH|a', ['\ufeff\r\n MSH|a'], false],
  ['nothing', '', [''], false],
  ['no message', 'PID|1', ['PID|1'], false],
  ['something before it', 'x\rMSH|a', ['x\rMSH|a'], false],
  ['several that nothing wraps', 'MSH|a\rPID|1\nMSH|b\r\nMSH|c', ['MSH|a\rPID|1\n', 'MSH|b\r\n', 'MSH|c'], true],
  ['names of other segments', 'MSH|a\rMSHX|b\rFTSE', ['MSH|a\rMSHX|b\rFTSE'], false],
])('%s', (_, text, messages, isBatch) => expect(split(text)).toEqual({ isBatch, messages, faults: [] }));

const HEAD = 'FHS|^~\\&|A|B|C^D|E|2024||||F1\rBHS|^~\\&|A|B|C^D|E|2024||||B1\r';

test.each([
  ['right', `${HEAD}MSH|1\rPID|1\rMSH|2\rBTS|2\rFTS|1\r`, []],
  ['without counts', `${HEAD}MSH|1\rPID|1\rMSH|2\rBTS\rFTS|\r`, []],
  [
    'a message is missing',
    `${HEAD}MSH|1\rPID|1\rMSH|2\rBTS|3\rFTS|1`,
    ['BTS-1 does not tell the 2 messages that came'],
  ],
  ['a batch is missing', `${HEAD}MSH|1\rPID|1\rMSH|2\rBTS|2\rFTS|2`, ['FTS-1 does not tell the 1 batches that came']],
  ['cut short', `${HEAD}MSH|1\rPID|1\rMSH|2\r`, ['the batch does not end with BTS', 'the file does not end with FTS']],
  ['no header', `MSH|1\rPID|1\rMSH|2\rBTS|2\r`, ['BTS ends what did not begin']],
  ['begun twice', `${HEAD}MSH|1\rPID|1\rBHS|^~\\&|A\rMSH|2\rBTS|1\rFTS|1\r`, ['BHS begins before BTS came']],
])('a batch, %s', (_, text, faults) => {
  const read = split(text);
  expect(read.isBatch).toBe(true);
  expect(read.messages.map((message) => message.slice(0, 5))).toEqual(['MSH|1', 'MSH|2']);
  expect(read.faults).toEqual(faults);
});

test('the reply is one batch in the same wrapping, which tells what was wrong', () => {
  const batch = splitBatch(Buffer.from(`${HEAD}MSH|1\rMSH|2\rBTS|3\rFTS|1\r`));
  expect(batchReply(batch, ['MSH|r1\r', 'MSH|r2\r'], { controlId: 'R', at: AT }).split('\r')).toEqual([
    'FHS|^~\\&|C^D|E|A|B|20240203040506+0000||||R|F1',
    'BHS|^~\\&|C^D|E|A|B|20240203040506+0000||||R|B1',
    'MSH|r1',
    'MSH|r2',
    'BTS|2|BTS-1 does not tell the 2 messages that came',
    'FTS|1',
    '',
  ]);
  const unwrapped = splitBatch(Buffer.from('MSH|1\rMSH|2'));
  expect(batchReply(unwrapped, [], { controlId: 'R', at: AT })).toBe('BHS|^~\\&|||||20240203040506+0000||||R\rBTS|0\r');
});

test('a frame of nothing but beginnings is one message, which nobody can read', () => {
  expect(split('MSH|\r'.repeat(60_000)).messages).toHaveLength(1);
});

test('headers with delimiters of their own', () => {
  const batch = splitBatch(Buffer.from('BHS#!@%*#A!B#C\rMSH#!@%*#1\rBTS#2#why\r'));
  expect(batch.faults).toHaveLength(1);
  expect(batchReply(batch, [], { controlId: 'R', at: AT })).toMatch(/^BHS\|\^~\\&\|\|\|A\^B\|C\|/);
});

test('no byte of any message is lost', () => {
  const piece = fc.constantFrom(
    'MSH|^~\\&|',
    'PID|1',
    '\r',
    '\n',
    'BHS|',
    'BTS|1',
    'FHS|',
    'FTS',
    'x',
    'MSH',
    'é',
    '\ufeff',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const { messages, faults, isBatch } = split(text);
      if (!isBatch) expect(messages).toEqual([text]);
      let rest = text;
      for (const message of messages) {
        expect(rest).toContain(message);
        rest = rest.slice(rest.indexOf(message) + message.length);
      }
      expect(isBatch || faults.length === 0).toBe(true);
    }),
    { numRuns: 1000 },
  );
});
