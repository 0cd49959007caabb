import { REPORT_FORMATS } from './report-formats.ts';

const TEXT = [{ name: 't', title: 'T', type: 'string' }] as const;
const NUMBER = [{ name: 'n', title: 'N', type: 'decimal' }] as const;
const { csv, json } = REPORT_FORMATS;

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@x', `"'@x"`],
  ['\t=1', `"'\t=1"`],
  ['\r=1', `"'\r=1"`],
  [' =1', `"' =1"`],
  ['\uff1d1', `"'\uff1d1"`],
  ['a=1', 'a=1'],
  ['a\nb', '"a\nb"'],
  ['a"b', '"a""b"'],
  [`O'Neill`, `"O'Neill"`],
  ['', ''],
])('the text %j is written %s', (cell, written) => {
  expect(csv.row(TEXT, [cell], true)).toBe(`${written}\r\n`);
});

test.each([
  ['-1.50', '-1.50', '-1.50'],
  [-2, '-2', '-2'],
  [null, '', 'null'],
  ['=1', `"'=1"`, '"=1"'],
  ['1e5', '1e5', '"1e5"'],
])('the number %j is written %s and %s', (cell, inCsv, inJson) => {
  expect(csv.row(NUMBER, [cell], true)).toBe(`${inCsv}\r\n`);
  expect(json.row(NUMBER, [cell], true)).toBe(`[${inJson}]`);
});
