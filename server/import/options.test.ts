import { parseImportOptions } from './options.ts';

test('paths and options', () => {
  expect(parseImportOptions(['a', '--workers', '3', '--dry-run', '-'])).toEqual({
    paths: ['a', '-'],
    workers: 3,
    dryRun: true,
    strict: false,
  });
  expect(parseImportOptions(['a', '--strict'])).toMatchObject({ dryRun: false, strict: true });
  expect(parseImportOptions(['--help'])).toBeUndefined();
});

test.each([
  [[], 'at least one file'],
  [['a', '--workers', '0'], '--workers takes'],
  [['a', '--workers', 'two'], '--workers takes'],
  [['a', '--fast'], '--fast'],
])('%j is refused', (argv, text) => {
  expect(() => parseImportOptions(argv)).toThrow(text);
});
