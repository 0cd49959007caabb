import { readRendering, readSearch } from './web-query.ts';

const search = (text: string): ReturnType<typeof readSearch> => readSearch(new URLSearchParams(text));

test('a search by keywords and tags, with limit and offset', () => {
  expect(
    search(
      'PatientName=M%C3%BCller*&00100020=A1&0020000d=1.2,1.3&includefield=00081030,all&fuzzymatching=true&limit=5&offset=10',
    ),
  ).toEqual({
    parameters: [
      ['00100010', 'Müller*'],
      ['00100020', 'A1'],
      ['includefield', '00081030,all'],
      ['fuzzymatching', 'true'],
    ],
    studies: ['1.2', '1.3'],
    limit: 5,
    offset: 10,
  });
});

test('without any, it is for all, a hundred at a time; nobody gets more than a thousand', () => {
  expect(search('')).toEqual({ parameters: [], studies: undefined, limit: 100, offset: 0 });
  expect(search('limit=50000').limit).toBe(1000);
});

test('several times the same study narrows it', () => {
  expect(search('StudyInstanceUID=1.2,1.3&0020000D=1.3').studies).toEqual(['1.3']);
});

test.each([
  'unknown=1',
  'OtherPatientIDs=1',
  '00101000=1',
  'limit=-1',
  'limit=1e3',
  'limit=',
  'offset=99999999999',
  'fuzzymatching=yes',
  'includefield=../x',
  'includefield=',
  'StudyInstanceUID=',
  'StudyInstanceUID=*',
  'StudyInstanceUID=1.2/../..',
  `StudyInstanceUID=${Array.from({ length: 101 }, (_, index) => `1.${index}`).join()}`,
  `PatientName=${'x'.repeat(2049)}`,
  'url=http://evil.example',
  '__proto__=1',
  Array.from({ length: 65 }, () => 'PatientID=1').join('&'),
])('%.60s is refused', (text) => {
  expect(() => search(text)).toThrow(expect.objectContaining({ status: 400 }));
});

test.each([
  'window=40,400,linear',
  'viewport=100,200',
  'quality=1',
  'quality=100',
  'window=-600.5,1500,sigmoid&viewport=9,9',
])('drawn with %s', (text) => {
  expect(readRendering(new URLSearchParams(text))).toEqual([...new URLSearchParams(text)]);
});

test.each([
  'window=40,400',
  'window=1;2,3,linear',
  'viewport=0,5',
  'viewport=100000,100000',
  'quality=0',
  'quality=101',
  'annotation=patient',
  'quality=5&quality=6',
  'constructor=1',
])('not drawn with %s', (text) => {
  expect(() => readRendering(new URLSearchParams(text))).toThrow(expect.objectContaining({ status: 400 }));
});
