import { matchesPattern, replacePattern } from './bounded-pattern.ts';

test.each([
  ['abc', 'b', true],
  ['abc', '^b', false],
  ['a\nb', 'a.b', true],
  ['ä', '^\\p{L}$', true],
  ['a-b', '^[a-z\\-]+$', true],
  ['a/b', '^a\\/b$', true],
])('%s matches %s: %s', (text, pattern, expected) => {
  expect(matchesPattern(text, pattern)).toBe(expected);
});

const LONG = 'a'.repeat(5000);

test.each([
  ['(a+)+$'],
  ['(a|a)*$'],
  ['(a|aa)+$'],
  ['(?:a?){40}a{40}$'],
  ['(.*)*b'],
  ['.*.*.*.*b'],
  ['^(([a-z])+.)+[A-Z]([a-z])+$'],
  ['(\\w*)*\\1b$'],
  [`${'a?'.repeat(40)}${'a'.repeat(40)}b`],
  [`${'(a|a)'.repeat(40)}b`],
])('%s is stopped or answered in time', (pattern) => {
  const started = performance.now();
  try {
    matchesPattern(`${LONG}!`, pattern);
  } catch (error) {
    expect(error).toMatchObject({ message: expect.stringMatching(/takes too long|optional parts/) as string });
  }
  expect(performance.now() - started).toBeLessThan(5000);
});

test.each([
  ['(', '"(" is no regular expression'],
  ['a'.repeat(3000), 'A pattern may have 2000 characters'],
])('%.5s is refused', (pattern, text) => {
  expect(() => matchesPattern('a', pattern)).toThrow(text);
});

test.each([
  ['2020-01-31', '(\\d+)-(\\d+)-(\\d+)', '$3.$2.$1', '31.01.2020'],
  ['abc', 'b', '[$0]', 'a[b]c'],
  ['abc', 'x*', '$1-', '-a-b-c-'],
])('%s with %s as %s is %s', (text, pattern, replacement, expected) => {
  expect(replacePattern(text, pattern, replacement, 100)).toBe(expected);
});

test('a replacement that grows too long is refused', () => {
  expect(() => replacePattern(LONG, 'a', LONG, 1_000_000)).toThrow('A text may have 1000000 characters');
});
