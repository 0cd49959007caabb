import { isDeaNumber } from './dea-number.ts';

test.each([
  ['AB1234563', true],
  ['ab1234563', true],
  ['A91234563', true],
  ['AB1234563-01', true],
  ['AB1234564', false],
  ['AB1324563', false],
  ['1B1234563', false],
  ['AB123456', false],
  ['AB12345633', false],
  ['', false],
])('%s is a DEA number: %s', (text, expected) => {
  expect(isDeaNumber(text)).toBe(expected);
});
