import { Readable } from 'node:stream';
import { textLines } from './text-lines.ts';

test.each([
  [[], []],
  [['a\nb'], ['a', 'b']],
  [
    ['a', 'b\n', '\nc\n'],
    ['ab', '', 'c'],
  ],
  [['a\u2028b\u2029c\rd\n'], ['a\u2028b\u2029c\rd']],
  [[Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)], ['é']],
])('%j', async (chunks, expected) => {
  const found: string[] = [];
  for await (const line of textLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) found.push(line);
  expect(found).toEqual(expected);
});
