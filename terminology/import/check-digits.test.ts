import { isLoincCode, isSctid } from './check-digits.ts';

// Metadata that every release has, the root, and LOINC's own example of the algorithm.
test.each(['138875005', '116680003', '900000000000207008'])('%s is an identifier', (text) => {
  expect(isSctid(text)).toBe(true);
});

test.each(['138875006', '138857005', '12345', '1388750050000000000', '13887500x', '', '-138875005'])(
  '%s is none',
  (text) => {
    expect(isSctid(text)).toBe(false);
  },
);

test('every single wrong digit and every swap of neighbours is found', () => {
  const right = '900000000000207008';
  for (let at = 0; at < right.length; at += 1) {
    for (let digit = 0; digit < 10; digit += 1) {
      const wrong = right.slice(0, at) + String(digit) + right.slice(at + 1);
      expect(isSctid(wrong)).toBe(wrong === right);
    }
    const swapped = right.slice(0, at) + right.charAt(at + 1) + right.charAt(at) + right.slice(at + 2);
    if (swapped !== right && at + 1 < right.length) expect(isSctid(swapped)).toBe(false);
  }
});

test.each([
  ['12345-5', true],
  ['12345-6', false],
  ['LP12345-5', false],
  ['12345', false],
])('LOINC %s: %s', (text, isCode) => {
  expect(isLoincCode(text)).toBe(isCode);
});
