import { isDecidedEnd, isNewOrder, orderStatus } from './order-status.ts';

test.each([
  ['NW', '', 'active'],
  ['NW', 'SC', 'active'],
  ['NW', 'CM', 'completed'],
  ['XO', 'IP', 'active'],
  ['CA', 'SC', 'revoked'],
  ['CA', 'CA', 'revoked'],
  ['DC', '', 'revoked'],
  ['OC', '', 'revoked'],
  ['HD', 'IP', 'on-hold'],
  ['RL', '', 'active'],
  ['RP', '', 'revoked'],
  ['RO', '', 'active'],
  ['SC', 'CM', 'completed'],
  ['SC', 'A', 'active'],
  ['SC', 'ER', 'entered-in-error'],
  ['', 'HD', 'on-hold'],
  ['RE', 'CM', 'completed'],
  ['FU', '', 'completed'],
])('%s with %p is %s', (control, status, expected) => {
  expect(orderStatus(control, status)).toBe(expected);
});

test.each([
  ['SC', ''],
  ['', ''],
  ['RE', ''],
  ['UC', 'CA'],
  ['UX', 'IP'],
  ['constructor', 'toString'],
])('%s with %p says nothing of the status', (control, status) => {
  expect(orderStatus(control, status)).toBeUndefined();
});

test('what is new, and what has ended', () => {
  expect(['NW', 'RO', 'XO'].map(isNewOrder)).toEqual([true, true, false]);
  expect(['CA', 'RU', 'HD', 'constructor'].map(isDecidedEnd)).toEqual([true, true, false, false]);
});
