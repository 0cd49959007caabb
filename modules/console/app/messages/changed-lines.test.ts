import { changedLines } from './changed-lines.ts';

test.each([
  ['a\nb\nc', 'a\nb\nc', []],
  ['a\nb\nc', 'a\nx\nc', [{ line: 2, before: 'b', after: 'x' }]],
  ['a\nc', 'a\nb\nc', [{ line: 2, before: '', after: 'b' }]],
  ['a\nb\nc', 'a\nc', [{ line: 2, before: 'b', after: '' }]],
  ['a', 'a\na', [{ line: 2, before: '', after: 'a' }]],
  ['', 'a', [{ line: 1, before: '', after: 'a' }]],
])('lines of %j that are others in %j', (before, after, changed) => {
  expect(changedLines(before, after)).toEqual(changed);
});
