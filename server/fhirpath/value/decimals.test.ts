import { ceilingDecimal, floorDecimal, roundDecimal, scaleOf, truncateDecimal } from './decimals.ts';

test.each([
  ['1.005', 2, '1.01', '1.00'],
  ['-1.005', 2, '-1.01', '-1.00'],
  ['0.04', 1, '0.0', '0.0'],
  ['9.96', 1, '10.0', '9.9'],
  ['5', 2, '5.00', '5.00'],
  ['1e-3', 2, '0.00', '0.00'],
  ['15e-2', 1, '0.2', '0.1'],
])('%s to %i digits is %s rounded, %s cut', (text, digits, rounded, cut) => {
  expect([roundDecimal(text, digits), truncateDecimal(text, digits)]).toEqual([rounded, cut]);
});

test.each([
  ['1.5', '1', '2'],
  ['-1.5', '-2', '-1'],
  ['2.0', '2', '2'],
  ['-0.1', '-1', '-0'],
])('%s is between %s and %s', (text, floor, ceiling) => {
  expect([floorDecimal(text), ceilingDecimal(text)]).toEqual([floor, ceiling]);
});

test.each([
  ['1.50', 2],
  ['15', 0],
  ['1e-3', 3],
])('%s has %i digits after the point', (text, scale) => {
  expect(scaleOf(text)).toBe(scale);
});
