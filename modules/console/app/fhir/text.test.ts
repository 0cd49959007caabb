import { conceptText, idOf, nameText, quantityText, recordNumber } from './text.ts';

test.each([
  [{ text: 'Headache', coding: [{ code: '1', display: 'Cephalgia' }] }, 'Headache'],
  [{ coding: [{ code: '1' }, { code: '2', display: 'Cephalgia' }] }, 'Cephalgia'],
  [{ coding: [{ code: '1' }] }, '1'],
  [undefined, ''],
])('a concept: %j', (concept, text) => {
  expect(conceptText(concept)).toBe(text);
});

test.each([
  [
    [
      { family: 'Old', use: 'old' },
      { family: 'Bell', given: ['Ann', 'Mary'] },
    ] as const,
    'Bell, Ann Mary',
  ],
  [[{ family: 'Nick' }, { family: 'Bell', use: 'official' }] as const, 'Bell'],
  [[{ text: 'Somebody' }] as const, 'Somebody'],
  [[] as const, 'Without a name'],
])('a name: %j', (names, text) => {
  expect(nameText(names as unknown as Parameters<typeof nameText>[0])).toBe(text);
});

test.each([
  [{ value: 1, code: '{tablet}' }, '1 tablet'],
  [{ value: 2, unit: 'tablet', code: '{tablet}' }, '2 tablets'],
  [{ value: 3, code: '{patch}' }, '3 patches'],
  [{ value: 0.5, unit: 'mg', code: 'mg' }, '0.5 mg'],
  [{ value: 2, comparator: '<', code: 'mmol/L' } as const, '<2 mmol/L'],
  [{ unit: 'mg' }, ''],
])('a quantity: %j', (quantity, text) => {
  expect(quantityText(quantity)).toBe(text);
});

test('the record number comes before other identifiers', () => {
  const type = { coding: [{ code: 'MR' }] };
  expect(recordNumber([{ value: 'insurance' }, { value: '42', type }])).toBe('42');
  expect(recordNumber([{ value: 'insurance' }])).toBe('insurance');
});

test.each([
  ['Patient/1', '1'],
  ['Patient/a-b.c/_history/2', 'a-b.c'],
  ['https://elsewhere.example/Patient/1', undefined],
  [undefined, undefined],
])('the id in %s', (reference, id) => {
  expect(idOf(reference === undefined ? undefined : { reference })).toBe(id);
});
