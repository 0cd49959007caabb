import fc from 'fast-check';
import { cloneJson, isObject, JsonSyntaxError, numberText, parseJson, stringifyJson, type JsonValue } from './json.ts';

describe('parseJson keeps numbers as written', () => {
  test.each([
    '1.00',
    '0.10',
    '1e3',
    '1E-2',
    '-0',
    '-0.0',
    '100',
    '3.14159265358979323846',
    '12345678901234567890',
    '0',
  ])('%s', (text) => {
    const value = parseJson(`{"v":${text},"list":[${text}]}`);
    expect(stringifyJson(value)).toBe(`{"v":${text},"list":[${text}]}`);
    if (!isObject(value)) throw new Error('not an object');
    expect(value.v).toBe(Number(text));
    expect(numberText(value, 'v')).toBe(text);
  });

  test('a copy by spread stays exact, a changed number does not keep the old text', () => {
    const value = parseJson('{"a":{"v":1.50}}');
    if (!isObject(value) || !isObject(value.a)) throw new Error('not an object');
    expect(stringifyJson({ ...value.a })).toBe('{"v":1.50}');
    expect(stringifyJson({ ...value.a, v: 2 })).toBe('{"v":2}');
    expect(stringifyJson(cloneJson(value))).toBe('{"a":{"v":1.50}}');
  });
});

describe('parseJson refuses', () => {
  test.each([
    ['{"a":1,"a":2}', 'appears twice', 1, 8],
    ['{"__proto__":1}', '__proto__', 1, 2],
    ['{"a":"\\u0000"}', '\\u0000', 1, 7],
    ['{"a":"\\ud800"}', 'surrogate', 1, 7],
    ['{"a":"\ud800"}', 'surrogate', 1, 1],
    ['{"a":01}', 'must not start with 0', 1, 6],
    ['{"a":1.}', 'Malformed number', 1, 6],
    ['{"a":.5}', 'Expected a JSON value', 1, 6],
    ['{"a":+1}', 'Expected a JSON value', 1, 6],
    ['{"a":1e999999}', 'out of range', 1, 6],
    ['{"a":NaN}', 'Expected a JSON value', 1, 6],
    ['{"a":1,}', 'property name', 1, 8],
    ['[1,]', 'Expected a JSON value', 1, 4],
    ['{"a":\n  tru}', 'Expected a JSON value', 2, 3],
    ['{"a":"b\nc"}', 'Control character', 1, 8],
    ['{"a":"b', 'Unterminated', 1, 8],
    ['{"a":"b\\', 'Unterminated', 1, 9],
    ['{"a":"\\x"}', 'escape', 1, 7],
    ['{} {}', 'Unexpected text', 1, 4],
    ['', 'Unexpected end', 1, 1],
    ['['.repeat(100), 'Nested deeper than 64', 1, 66],
  ])('%j: %s', (text, message, line, column) => {
    let error: unknown;
    try {
      parseJson(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(JsonSyntaxError);
    if (!(error instanceof JsonSyntaxError)) throw new Error('unreachable');
    expect(error.message).toContain(message);
    expect(error.line).toBe(line);
    if (!text.includes('\ud800')) expect(error.column).toBe(column);
  });

  test('ten megabytes of [ without effort', () => {
    const started = process.hrtime.bigint();
    expect(() => parseJson('['.repeat(10_000_000))).toThrow('Nested deeper');
    expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(5000);
  });

  test('and says where: the path to the fault', () => {
    expect.assertions(1);
    try {
      parseJson('{"name":[{"given":["a",b]}]}');
    } catch (error) {
      expect((error as JsonSyntaxError).path).toBe('name[0].given[1]');
    }
  });
});

test('what JSON.parse reads, parseJson reads the same', () => {
  const plain = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value)) as unknown;
  fc.assert(
    fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), (text) => {
      fc.pre(
        !text.includes('__proto__') &&
          !text.includes('\\u0000') &&
          !/"(?:[^"\\]|\\.)*e[+-]?\d{3}/.test(text) &&
          !/e[+-]?3\d\d/i.test(text),
      );
      const expected: unknown = JSON.parse(text);
      expect(plain(parseJson(text))).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
    { numRuns: 500 },
  );
});

test('what stringifyJson writes is the same text again after a round trip', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer(), fc.integer({ min: 0, max: 999999 }), fc.nat(8))), (parts) => {
      const text = `[${parts.map(([whole, fraction, zeros]) => `${whole}.${fraction}${'0'.repeat(zeros)}`).join(',')}]`;
      expect(stringifyJson(parseJson(text))).toBe(text);
    }),
    { numRuns: 300 },
  );
});
