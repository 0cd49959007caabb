import fc from 'fast-check';
import { nextTime } from './cron.ts';

/** The times from one moment on, as ISO texts without seconds. */
function times(cron: string, zone: string, from: string, count: number): string[] {
  const found: string[] = [];
  for (let at = Date.parse(from); found.length < count;) {
    at = nextTime(cron, zone, at);
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

test.each([
  [
    'once on the day whose hour is skipped',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-03-27T12:00Z',
    ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
  ],
  [
    'once on the day whose hour comes twice',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30', '2026-10-26T01:30'],
  ],
  [
    'an open hour is every hour that passes',
    '0 * * * *',
    'Europe/Berlin',
    '2026-10-24T23:30Z',
    ['2026-10-25T00:00', '2026-10-25T01:00', '2026-10-25T02:00'],
  ],
  [
    'half an hour is skipped',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-02T00:00Z',
    ['2026-10-02T15:45', '2026-10-03T15:30', '2026-10-04T15:15'],
  ],
  [
    'half an hour comes twice',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-04-03T00:00Z',
    ['2026-04-03T15:15', '2026-04-04T15:45', '2026-04-05T15:45'],
  ],
  [
    'working days',
    '0 8 * * 1-5',
    'America/New_York',
    '2026-01-02T12:00Z',
    ['2026-01-02T13:00', '2026-01-05T13:00', '2026-01-06T13:00'],
  ],
  [
    'a day that only some years have',
    '0 0 29 2 *',
    'UTC',
    '2026-01-01T00:00Z',
    ['2028-02-29T00:00', '2032-02-29T00:00'],
  ],
])('%s', (_what, cron, zone, from, expected) => {
  expect(times(cron, zone, from, expected.length)).toEqual(expected);
});

test.each([
  ['* * * *', 'UTC'],
  ['* * * * * *', 'UTC'],
  ['@daily', 'UTC'],
  ['60 * * * *', 'UTC'],
  ['a b c d e', 'UTC'],
  ['0 0 31 2 *', 'UTC'],
  ['* * * * *', 'Mars/Olympus'],
  [`${'1,'.repeat(200)}1 * * * *`, 'UTC'],
  ['', 'UTC'],
])('"%s" in %s is refused', (cron, zone) => {
  expect(() => nextTime(cron, zone, 0)).toThrow();
});

test('times go on and on, at full minutes', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu');
  const field = (least: number, most: number): fc.Arbitrary<string> =>
    fc.oneof(fc.constant('*'), fc.integer({ min: least, max: most }).map(String), fc.constantFrom('*/7', '*/15'));
  const start = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2028-01-01') });
  fc.assert(
    fc.property(field(0, 59), field(0, 23), zones, start, (minute, hour, zone, from) => {
      const next = nextTime(`${minute} ${hour} * * *`, zone, from);
      return next > from && next % 60_000 === 0 && next - from <= 25 * 3_600_000;
    }),
    { numRuns: 300 },
  );
});
