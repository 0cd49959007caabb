import { isInForce } from './in-force.ts';

const noon = { at: new Date('2026-11-26T12:00:00Z'), day: '2026-11-26' };

test.each([
  [undefined, true],
  [{ start: '2026-11-26', end: '2026-11-26' }, true],
  [{ start: '2026-11-27' }, false],
  [{ end: '2026-11-25' }, false],
  [{ start: '2026-11', end: '2026-11' }, true],
  [{ start: '2025', end: '2026' }, true],
  [{ end: '2025' }, false],
  [{ start: '2026-11-26T12:00:00Z' }, true],
  [{ start: '2026-11-26T14:00:01+02:00' }, false],
  [{ end: '2026-11-26T11:59:59Z' }, false],
])('II.2.4 a period %j holds noon: %s', (period, expected) => {
  expect(isInForce(period, noon)).toBe(expected);
});

test('II.2.4 a day is one of the place, whatever day it is elsewhere', () => {
  const late = { at: new Date('2026-11-26T23:30:00Z'), day: '2026-11-27' };
  expect(isInForce({ start: '2026-11-27' }, late)).toBe(true);
  expect(isInForce({ end: '2026-11-26' }, late)).toBe(false);
});
