import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  isDecimal,
  multiplyDecimals,
  numericText,
  precisionRange,
  subtractDecimals,
} from './decimal.ts';

describe('decimals', () => {
  test.each([
    ['5.40', '5.4'],
    ['5', '5'],
    ['0', '0'],
    ['-0', '0'],
    ['0.00', '0'],
    ['-0.50', '-0.5'],
    ['100', '100'],
    ['1e2', '100'],
    ['1E+2', '100'],
    ['1.50e1', '15'],
    ['1e-7', '0.0000001'],
    ['123.456e-2', '1.23456'],
    ['007.0', '7'],
    ['12345678901234567890.123456789', '12345678901234567890.123456789'],
  ])('%s is written %s', (text, expected) => {
    expect(numericText(text)).toBe(expected);
  });

  test.each(['', 'x', '1.', '.5', '1e', '0x10', '1 ', 'NaN', 'Infinity', '--1'])('%j is no decimal', (text) => {
    expect(isDecimal(text)).toBe(false);
    expect(() => numericText(text)).toThrow(RangeError);
  });

  test.each([
    ['1', '1.00', 0],
    ['1e2', '100.0', 0],
    ['-1', '1', -1],
    ['0.1', '0.09', 1],
    ['9007199254740993', '9007199254740992', 1],
  ])('compare %s with %s', (a, b, expected) => {
    expect(compareDecimals(a, b)).toBe(expected);
  });

  test.each([
    ['0.1', '0.2', '0.3', '-0.1', '0.02'],
    ['1e2', '0.5', '100.5', '99.5', '50'],
    ['-3', '3', '0', '-6', '-9'],
  ])('%s and %s', (a, b, sum, difference, product) => {
    expect(addDecimals(a, b)).toBe(sum);
    expect(subtractDecimals(a, b)).toBe(difference);
    expect(multiplyDecimals(a, b)).toBe(product);
  });

  test.each([
    ['60', '60', '1'],
    ['1', '8', '0.125'],
    ['1', '3', '0.333333333333333333333333'],
    ['7', '60', '0.116666666666666666666667'],
    ['700', '6e3', '0.116666666666666666666667'],
    ['9', '7', '1.28571428571428571428571'],
    ['2', '3', '0.666666666666666666666667'],
    ['-200', '3', '-66.6666666666666666666667'],
    ['1e-20', '3', '0.00000000000000000000333333333333333333333333'],
    ['0', '7', '0'],
    ['1e30', '4', '250000000000000000000000000000'],
  ])('%s / %s', (a, b, expected) => {
    expect(divideDecimals(a, b)).toBe(expected);
  });

  test('division by zero is refused', () => {
    expect(() => divideDecimals('1', '0')).toThrow('division by zero');
  });

  test.each([
    ['5.40', '5.395', '5.405'],
    ['5.4', '5.35', '5.45'],
    ['100', '99.5', '100.5'],
    ['100.00', '99.995', '100.005'],
    ['1e2', '95', '105'],
    ['1.0e2', '95', '105'],
    ['1.00e2', '99.5', '100.5'],
    ['-1', '-1.5', '-0.5'],
    ['0', '-0.5', '0.5'],
    ['5e-3', '0.00495', '0.00505'],
  ])('%s stands for %s … %s', (text, low, high) => {
    expect(precisionRange(text)).toEqual({ low, high });
  });

  test('arithmetic agrees with itself', () => {
    const decimal = fc
      .tuple(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.integer({ min: -20, max: 20 }))
      .map(([units, exponent]) => `${units}e${exponent}`);
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(subtractDecimals(addDecimals(a, b), b)).toBe(numericText(a));
        if (numericText(b) !== '0') expect(divideDecimals(multiplyDecimals(a, b), b, 80)).toBe(numericText(a));
        expect(Math.sign(compareDecimals(a, b))).toBe(Math.sign(-compareDecimals(b, a)) || 0);
      }),
    );
  });
});
