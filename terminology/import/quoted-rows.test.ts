import fc from 'fast-check';
import { quotedRows } from './quoted-rows.ts';

async function read(pieces: readonly string[], delimiter = ','): Promise<readonly (readonly [number, ...string[]])[]> {
  const rows: [number, ...string[]][] = [];
  async function* content(): AsyncGenerator<string> {
    yield* pieces;
  }
  for await (const portion of quotedRows('x.csv', content(), delimiter)) {
    for (const { cells, line } of portion) rows.push([line, ...cells]);
  }
  return rows;
}

test.each([
  [
    'a,b\r\nc,d\r\n',
    [
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ],
  ],
  [
    'a,b\nc,d',
    [
      [1, 'a', 'b'],
      [2, 'c', 'd'],
    ],
  ],
  ['"a, ""b""",c\n', [[1, 'a, "b"', 'c']]],
  [
    '"two\nlines",c\nd,e\n',
    [
      [1, 'two\nlines', 'c'],
      [3, 'd', 'e'],
    ],
  ],
  ['a,,\n', [[1, 'a', '', '']]],
  ['', []],
])('%j', async (text, rows) => {
  expect(await read([text])).toEqual(rows);
});

test('a quote that is never closed is told with the line where its row begins', async () => {
  await expect(read(['a,b\n', 'c,"d\n', 'e,f\n'])).rejects.toMatchObject({ file: 'x.csv', line: 2 });
});

test('any cells come back, however the rows are written', async () => {
  const row = fc.array(fc.string(), { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async (rows) => {
      const lines = rows.map((cells) => `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`);
      expect((await read(lines)).map(([, ...cells]) => cells)).toEqual(rows);
    }),
    { numRuns: 100 },
  );
});
