import { isQuiet } from './quiet-hours.ts';

const NIGHT = [{ from: '22:00', to: '06:00' }];
const NOON = [{ from: '12:00', to: '13:30' }];

test.each([
  ['2026-01-15T21:59:59Z', NIGHT, 'UTC', false],
  ['2026-01-15T22:00:00Z', NIGHT, 'UTC', true],
  ['2026-01-15T00:00:00Z', NIGHT, 'UTC', true],
  ['2026-01-15T05:59:00Z', NIGHT, 'UTC', true],
  ['2026-01-15T06:00:00Z', NIGHT, 'UTC', false],
  ['2026-01-15T12:00:00Z', NOON, 'UTC', true],
  ['2026-01-15T13:30:00Z', NOON, 'UTC', false],
  ['2026-01-15T11:10:00Z', NOON, 'Europe/Berlin', true],
  ['2026-07-15T11:10:00Z', NOON, 'Europe/Berlin', true],
  ['2026-07-15T10:00:00Z', NOON, 'Europe/Berlin', true],
  ['2026-01-15T10:00:00Z', NOON, 'Europe/Berlin', false],
  ['2026-01-15T10:00:00Z', [], 'UTC', false],
])('%s', (at, times, zone, expected) => {
  expect(isQuiet(times, zone, new Date(at))).toBe(expected);
});
