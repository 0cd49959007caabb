import { dateText, nameText, numberOf, textOf, type DataSet } from './dicom-json.ts';
import { framesOf } from './images.ts';

const instance = (uid: string, number: unknown, frames?: number): DataSet => ({
  '00080018': { Value: [uid] },
  '00200013': number === undefined ? {} : { Value: [number] },
  ...(frames === undefined ? {} : { '00280008': { Value: [frames] } }),
});

test('images come in the order of their numbers, those without one last; each frame is one', () => {
  const found = [
    instance('1.9', undefined),
    instance('1.3', '10'),
    instance('1.1', 2),
    instance('1.5', 1, 3),
    instance('1.2', 2),
  ];
  expect(framesOf('p', found).map(({ path }) => path)).toEqual([
    'p/1.5/frames/1',
    'p/1.5/frames/2',
    'p/1.5/frames/3',
    'p/1.1',
    'p/1.2',
    'p/1.3',
    'p/1.9',
  ]);
});

test('nobody has endless frames', () => {
  expect(framesOf('p', [instance('1', 1, 1e9)])).toHaveLength(20_000);
});

test.each([
  [{ Value: ['a'] }, 'a', undefined],
  [{ Value: [5] }, '5', 5],
  [{ Value: ['7.50'] }, '7.50', 7.5],
  [{ Value: [{ Alphabetic: 'Byrne^Oona', Ideographic: 'x' }] }, 'Byrne^Oona', undefined],
  [{ Value: [{ Ideographic: '山田^太郎' }] }, '山田^太郎', undefined],
  [{ Value: [null] }, '', undefined],
  [{ Value: [{ Alphabetic: 1 }] }, '', undefined],
  [{}, '', undefined],
  [undefined, '', undefined],
])('%j is %j', (element, text, number) => {
  expect([textOf({ x: element }, 'x'), numberOf({ x: element }, 'x')]).toEqual([text, number]);
});

test.each([
  ['Byrne^Oona', 'Byrne, Oona'],
  ['Müller^Anna^Maria^Dr.^MD', 'Müller, Dr. Anna Maria MD'],
  ['Sample', 'Sample'],
  ['^Oona', 'Oona'],
  ['', ''],
])('the name %j is read %j', (name, text) => {
  expect(nameText(name)).toBe(text);
});

test.each([
  ['20260102', '2026-01-02'],
  ['2026', ''],
  ['', ''],
])('the date %j is read %j', (date, text) => {
  expect(dateText(date)).toBe(text);
});
