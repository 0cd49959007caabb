import { addDays, daysBetween, lastDay, localDay } from './local-day.ts';

test.each([
  ['2026-03-31T21:30:00Z', 'Europe/Berlin', '2026-03-31'],
  ['2026-03-31T22:30:00Z', 'Europe/Berlin', '2026-04-01'],
  ['2026-12-31T23:30:00Z', 'Europe/Berlin', '2027-01-01'],
  ['2026-12-31T23:30:00Z', 'America/New_York', '2026-12-31'],
  ['2026-12-31T23:30:00Z', null, '2026-12-31'],
  ['2026-12-31T23:30:00Z', 'Nowhere/Nothing', '2026-12-31'],
])('%s is in %s the day %s', (at, zone, day) => expect(localDay(new Date(at), zone)).toBe(day));

test.each([
  ['2028-02', '2028-02-29'],
  ['2027-02', '2027-02-28'],
  ['2027', '2027-12-31'],
  ['2027-02-03', '2027-02-03'],
])('%s ends on %s', (date, day) => expect(lastDay(date)).toBe(day));

test('days are counted over leap days and changes of clocks', () => {
  expect([addDays('2028-02-28', 2), addDays('2026-03-28', 3), daysBetween('2026-03-28', '2026-03-31')]).toEqual([
    '2028-03-01',
    '2026-03-31',
    3,
  ]);
});
