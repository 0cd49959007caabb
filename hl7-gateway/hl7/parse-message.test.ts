import * as fc from 'fast-check';
import { ParseFailure } from './parse-failure.ts';
import { parseMessage, serializeMessage } from './parse-message.ts';
import type { ParsedMessage, ParsedSegment } from './parsed-message.ts';

const TEXT = [
  'MSH|^~\\&|LAB|FAC^1.2.3^ISO|ATH||20240101||ORU^R01^ORU_R01|42|P|2.5.1',
  'PID|1||A1^^^X&1.2&ISO^MR~B2||Doe\\T\\Co^John||""|F^Female|||""^""^Town',
  'OBX|1|TX|C||a^b & c~d',
  '',
].join('\r');

function segment(message: ParsedMessage, name: string): ParsedSegment {
  const found = message.segments.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('fields', () => {
  const message = parseMessage(TEXT);
  const pid = segment(message, 'PID');

  test('the header', () => {
    expect(message).toMatchObject({
      event: 'ORU^R01',
      structure: 'ORU_R01',
      controlId: '42',
      versionSent: '2.5.1',
      version: '2.5.1',
    });
    expect([message.header.get(1), message.header.get(2), message.header.get(3)]).toEqual(['|', '^~\\&', 'LAB']);
    expect([message.header.fields, message.header.repetitions(2), message.header.components(2)]).toEqual([12, 1, 1]);
  });

  test.each([
    [[3], 'A1^^^X&1.2&ISO^MR~B2'],
    [[3, 1], 'A1^^^X&1.2&ISO^MR'],
    [[3, 1, 4], 'X&1.2&ISO'],
    [[3, 1, 4, 2], '1.2'],
    [[3, 2, 1], 'B2'],
    [[3, 3], ''],
    [[3, 1, 9], ''],
    [[5, 1, 1], 'Doe&Co'],
    [[5, 1, 1, 1], 'Doe&Co'],
    [[7], ''],
    [[11, 1, 1], ''],
    [[11, 1, 3], 'Town'],
    [[99], ''],
    [[0], ''],
    [[-1], ''],
  ] as const)('PID-%j is %j', ([field, repetition, component, subcomponent], text) => {
    expect(pid.get(field, repetition, component, subcomponent)).toBe(text);
  });

  test('how many there are', () => {
    expect([pid.fields, pid.repetitions(3), pid.repetitions(4), pid.repetitions(99)]).toEqual([11, 2, 0, 0]);
    expect([pid.components(3, 1), pid.components(3), pid.components(3, 2), pid.components(4)]).toEqual([5, 5, 1, 0]);
    expect([pid.subcomponents(3, 1, 4), pid.subcomponents(3, 1, 2), pid.subcomponents(3, 2, 1)]).toEqual([3, 0, 1]);
  });

  test('what is to be deleted', () => {
    expect([pid.isNull(7), pid.isNull(7, 1), pid.isNull(11), pid.isNull(11, 1, 2), pid.isNull(6)]).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(pid.getRaw(7)).toBe('""');
  });

  test('raw text keeps its escapes, a text that nobody escaped is read whole', () => {
    expect(pid.getRaw(5, 1, 1)).toBe('Doe\\T\\Co');
    expect(segment(message, 'OBX').get(5, 1)).toBe('a^b & c');
  });
});

test.each([
  ['MSH#!@%*#S#F#R#F#2026##ADT!A01#7#P#2.5\rPID#1##1!2@3', 'ADT^A01', '7', ['1', '2', '3']],
  ['MSH|^~|S|F|R|F|2026||ADT^A01|7|P|2.5\rPID|1||1^2~3', 'ADT^A01', '7', ['1', '2', '3']],
  ['MSH|^~\\|S|F|R|F|2026||ADT^A01|7|P|2.5\rPID|1||1^2~3', 'ADT^A01', '7', ['1', '2', '3']],
  ['MSH|^~\\&#|S|F|R|F|2026||ADT^A01|7|P|2.7\rPID|1||1^2~3', 'ADT^A01', '7', ['1', '2', '3']],
  ['MSH||S|F|R|F|2026||ADT^A01|7|P|2.5\rPID|1||1^2~3', 'ADT^A01', '7', ['1', '2', '3']],
  ['MSH😀^~\\&😀S😀F😀R😀F😀2026😀😀ADT^A01😀7😀P😀2.5\rPID😀1😀😀1^2~3', 'ADT^A01', '7', ['1', '2', '3']],
  ['\ufeff\r\n \nMSH|^~\\&|S|F|R|F|2026||ADT^A01|7|P|2.5\n\n\r\n PID|1||1^2~3\n', 'ADT^A01', '7', ['1', '2', '3']],
  ['msh|^~\\&|S|F|R|F|2026||ADT|7|P|2.1\revn|A01\rpid|1||1^2~3', 'ADT^A01', '7', ['1', '2', '3']],
])('delimiters, terminators and old headers: %j', (text, event, controlId, parts) => {
  const message = parseMessage(text);
  const pid = segment(message, 'PID');
  expect([message.event, message.controlId]).toEqual([event, controlId]);
  expect([pid.get(3, 1, 1), pid.get(3, 1, 2), pid.get(3, 2, 1)]).toEqual(parts);
  expect(serializeMessage(message)).toBe(text);
});

test('text with line ends of its own goes on with its field', () => {
  const message = parseMessage('MSH|^~\\&|A\r\nOBX|1|TX|C||one\r\n\r\ntwo, the end||||||F\r\nNTE|1\r\n');
  expect(message.segments.map(({ name }) => name)).toEqual(['MSH', 'OBX', 'NTE']);
  expect([segment(message, 'OBX').get(5), segment(message, 'OBX').get(11)]).toEqual(['one\r\n\r\ntwo, the end', 'F']);
  expect(serializeMessage(parseMessage('MSH|^~\\&|A\nPID|1\n\nZZZ'), '\r')).toBe('MSH|^~\\&|A\rPID|1\rZZZ\r');
});

test.each([
  ['', 'MSH', '100'],
  ['PID|1', 'MSH', '100'],
  ['junk\rMSH|^~\\&|A', 'MSH', '100'],
  ['MSH', 'MSH^1^1', '101'],
  ['MSHA|b', 'MSH^1^1', '101'],
  ['MSH\r|', 'MSH^1^1', '101'],
  ['MSH|^~\\&|A\rPID|1\rMSH|^~\\&|B', 'MSH^2', '100'],
  [`MSH|^~\\&|A${'\rABC'.repeat(100_000)}`, 'MSH', '100'],
  [`MSH|^~\\&|${'|'.repeat(70_000)}`, 'MSH', '100'],
])('%.40j is no message', (text, location, code) => {
  expect(() => parseMessage(text)).toThrow(expect.objectContaining({ name: 'ParseFailure', location, code }));
});

describe('any text', () => {
  const piece = fc.oneof(
    fc.constantFrom('|', '^', '~', '\\', '&', '\r', '\n', '""', 'PID|', 'OBX|1|', '\\F\\', '\\X41', '\0', '#'),
    fc.string({ unit: 'binary', maxLength: 8 }),
  );
  const text = fc.tuple(
    fc.constantFrom('MSH|^~\\&', 'MSH#!@%*', 'MSH|', 'MSH|^', 'MSH'),
    fc.array(piece, { maxLength: 60 }),
  );

  test('is read without throwing, and read back as it was', () => {
    fc.assert(
      fc.property(text, ([head, pieces]) => {
        const whole = head + pieces.join('');
        const message = parsed(whole);
        if (message === undefined) return;
        expect(serializeMessage(message)).toBe(whole);
        let rest = whole;
        for (const read of message.segments) {
          expect(rejoined(read, message)).toBe(read.raw);
          expect(rest).toContain(read.raw);
          rest = rest.slice(rest.indexOf(read.raw) + read.raw.length);
          for (let field = 0; field <= read.fields + 1; field += 1) expect(read.get(field)).not.toContain('\0');
        }
        expect(rest.trim()).toBe('');
      }),
      { numRuns: 500 },
    );
  });
});

/** `undefined` for what is refused in the ways that are meant. */
function parsed(text: string): ParsedMessage | undefined {
  try {
    return parseMessage(text);
  } catch (error) {
    if (error instanceof ParseFailure) return undefined;
    throw error;
  }
}

/** A segment from its parts, down to subcomponents. */
function rejoined(segment: ParsedSegment, { delimiters }: ParsedMessage): string {
  const isHeader = segment.name === 'MSH' || segment.name === 'FHS' || segment.name === 'BHS';
  const fields = numbers(segment.fields).map((field) => {
    if (isHeader && field <= 2) return segment.getRaw(field);
    const repetitions = numbers(segment.repetitions(field)).map((repetition) =>
      numbers(segment.components(field, repetition))
        .map((component) =>
          numbers(segment.subcomponents(field, repetition, component))
            .map((subcomponent) => segment.getRaw(field, repetition, component, subcomponent))
            .join(delimiters.subcomponent),
        )
        .join(delimiters.component),
    );
    return repetitions.join(delimiters.repetition);
  });
  const [name = ''] = segment.raw.split(delimiters.field, 1);
  return [name, ...(isHeader ? fields.slice(1) : fields)].join(delimiters.field);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
