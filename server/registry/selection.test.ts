import { readSelection } from './selection.ts';

test.each([
  ['all', undefined, []],
  ['all,-claims', undefined, ['claims']],
  ['-claims, -billing', undefined, ['claims', 'billing']],
  ['supply,pharmacy', ['supply', 'pharmacy'], []],
  ['supply,-pharmacy', ['supply'], ['pharmacy']],
])('%s', (text, named, leftOut) => {
  const selection = readSelection(text);
  expect([selection.named && [...selection.named], [...selection.leftOut]]).toEqual([named, leftOut]);
});

test.each(['', 'a,', 'Supply', '--a', 'a b', '../a', `a${'b'.repeat(40)}`])('%j is not taken', (text) => {
  expect(() => readSelection(text)).toThrow('names of modules');
});
