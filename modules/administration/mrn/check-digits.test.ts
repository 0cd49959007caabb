import fc from 'fast-check';
import { checkDigits, hasValidCheckDigits } from './check-digits.ts';

const number = fc
  .integer({ min: 100_000_000, max: 999_999_999 })
  .map((digits) => `${digits}${checkDigits(String(digits))}`);

test.each([
  // The example of ISO/IEC 7064 and of ISO 13616, whose letters are two digits each: GB82 WEST 1234 5698 7654 32.
  ['3214282912345698765432161182', true],
  ['3214282912345698765432161183', false],
  ['79444', true],
])('%s: %j', (digits, isValid) => {
  expect(hasValidCheckDigits(digits)).toBe(isValid);
});

test('what is made is valid; another digit, or two neighbours in the wrong order, never are', () => {
  fc.assert(
    fc.property(number, fc.nat(10), fc.integer({ min: 1, max: 9 }), (valid, place, by) => {
      expect(hasValidCheckDigits(valid)).toBe(true);
      const digits = [...valid];
      const wrong = digits.with(place, String((Number(digits[place]) + by) % 10)).join('');
      expect(hasValidCheckDigits(wrong)).toBe(false);
      const [a = '', b = ''] = [digits[place], digits[place + 1]];
      if (b === '' || a === b) return;
      expect(
        hasValidCheckDigits(
          digits
            .with(place, b)
            .with(place + 1, a)
            .join(''),
        ),
      ).toBe(false);
    }),
  );
});
