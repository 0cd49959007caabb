import { gzipSync } from 'node:zlib';
import { readContent } from './input-files.ts';
import { readLines, type Line } from './read-lines.ts';

async function* chunks(text: string, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string, size = 1000): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines('file', chunks(text, size))) lines.push(line);
  return lines;
}

const texts = (lines: readonly Line[]): string[] => lines.map(({ bytes }) => Buffer.from(bytes).toString().trim());

describe('readLines', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['NDJSON', '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['a last line without an end', '{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['CRLF and empty lines', '\r\n{"a":1}\r\n\r\n  \n{"a":2}\r\n', ['{"a":1}', '{"a":2}']],
    ['a document over several lines', '{\n  "a": 1,\n  "b": {}\n}\n', ['{\n  "a": 1,\n  "b": {}\n}']],
    ['a malformed line among others', '{"a":1}\nnot json\n{"a":2}\n', ['{"a":1}', 'not json', '{"a":2}']],
    ['nothing', '', []],
    ['white space', ' \n\n', []],
  ];
  test.each(cases)('%s', async (_name, text, expected) => {
    for (const size of [1, 3, 1000]) expect(texts(await linesOf(text, size))).toEqual(expected);
  });

  test('lines count from 1, empty ones included', async () => {
    const lines = await linesOf('{"a":1}\n\n{"a":2}\n');
    expect(lines.map(({ number }) => number)).toEqual([1, 3]);
  });

  test('a key stands for the text and its place', async () => {
    const [one, two, three] = await linesOf('{"a":1}\n{"a":1}\n{"a":1}\n');
    expect(new Set([one?.key, two?.key, three?.key]).size).toBe(3);
    const [again] = await linesOf('{"a":1}\n{"b":2}\n', 2);
    expect(again?.key).toBe(one?.key);
    expect(one?.key).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('readContent', () => {
  const file = (bytes: Buffer) => ({
    name: 'f',
    size: bytes.length,
    async *open() {
      yield bytes.subarray(0, 5);
      yield bytes.subarray(5);
    },
  });
  const text = '{"resourceType":"Patient"}\n'.repeat(100);

  test.each([
    ['plain', Buffer.from(text)],
    ['gzip', gzipSync(text)],
  ])('%s', async (_name, bytes) => {
    let read = 0;
    const parts: Buffer[] = [];
    for await (const part of readContent(file(bytes), (count) => (read += count))) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe(text);
    expect(read).toBe(bytes.length);
  });

  test('a cut gzip file is an error', async () => {
    const bytes = gzipSync(text).subarray(0, 30);
    const read = async (): Promise<void> => {
      for await (const part of readContent(file(bytes), () => undefined)) expect(part).toBeInstanceOf(Buffer);
    };
    await expect(read()).rejects.toThrow(/unexpected end/);
  });
});
