import { readQuietTime } from '../partner/quiet-time.ts';
import { isQuiet } from './quiet-times.ts';

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

const quiet = (...texts: readonly string[]) => texts.flatMap((text) => readQuietTime(text) ?? []);

/** 15 January 2026 is a Thursday. */
test.each([
  ['sat,sun', '2026-01-17T00:00:00Z', true],
  ['sat,sun', '2026-01-18T23:59:00Z', true],
  ['sat,sun', '2026-01-19T00:00:00Z', false],
  ['mon-fri 12:00-13:30', '2026-01-15T12:30:00Z', true],
  ['mon-fri 12:00-13:30', '2026-01-17T12:30:00Z', false],
  ['fri-mon', '2026-01-19T12:00:00Z', true],
  ['fri-mon', '2026-01-20T12:00:00Z', false],
  ['fri 22:00-06:00', '2026-01-17T05:59:00Z', true],
  ['fri 22:00-06:00', '2026-01-16T05:59:00Z', false],
  ['2026-12-24/2026-12-26', '2026-12-26T23:59:00Z', true],
  ['2026-12-24/2026-12-26', '2026-12-27T00:00:00Z', false],
  ['2026-12-31 18:00-06:00', '2027-01-01T03:00:00Z', true],
  ['2026-12-31,sun', '2026-01-18T03:00:00Z', true],
])('%s at %s: %s', (text, at, expected) => {
  expect(isQuiet(quiet(text), 'UTC', new Date(at))).toBe(expected);
});

test('days are those of the partner’s zone', () => {
  expect(isQuiet(quiet('sun'), 'Pacific/Auckland', new Date('2026-01-17T12:00:00Z'))).toBe(true);
  expect(isQuiet(quiet('sun'), 'Pacific/Honolulu', new Date('2026-01-18T09:00:00Z'))).toBe(false);
});

test.each([
  '',
  '25:00-06:00',
  'someday',
  'mon-',
  'mon-tue-wed',
  '2026-02-30',
  '2026-02-02/2026-02-01',
  'mon 1-2',
  'mon tue',
])('"%s" is no time', (text) => expect(readQuietTime(text)).toBeUndefined());
