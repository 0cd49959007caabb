import type { Dosage, Order } from '../order.ts';
import { dueDoses, leastInterval } from './due-doses.ts';
import { readWardTimes } from './ward-times.ts';

const times = readWardTimes(
  'MORN=08:00 NOON=12:00 AFT=15:00 HS=22:00 CM=07:30 CD=12:30 CV=18:30 1/d=08:00 2/d=08:00,20:00 3/d=08:00,14:00,20:00',
);

function order(timing: Dosage['timing'], authoredOn = '2026-03-20T10:17:00Z'): Order {
  return {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: 'Patient/1' },
    authoredOn,
    dosageInstruction: [timing === undefined ? {} : { timing }],
  };
}

function expand(timing: Dosage['timing'], from: string, to: string, zone = 'Europe/London'): readonly string[] {
  const { doses, unscheduled } = dueDoses(order(timing), { from: new Date(from), to: new Date(to) }, { zone, times });
  return unscheduled.length > 0
    ? unscheduled.map(({ reason }) => reason)
    : doses.map(({ due }) => due.toISOString().replace(':00.000Z', 'Z'));
}

const DAY = ['2026-03-21T00:00:00Z', '2026-03-22T00:00:00Z'] as const;

test.each<[string, Dosage['timing'], readonly string[]]>([
  ['twice a day', { repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, ['2026-03-21T08:00Z', '2026-03-21T20:00Z']],
  ['by code', { code: { coding: [{ code: 'BID' }] } }, ['2026-03-21T08:00Z', '2026-03-21T20:00Z']],
  ['at bedtime', { repeat: { when: ['HS'] } }, ['2026-03-21T22:00Z']],
  ['10 minutes before breakfast', { repeat: { when: ['ACM'], offset: 10 } }, ['2026-03-21T07:20Z']],
  [
    'after each meal',
    { repeat: { when: ['PC'], frequency: 1, period: 1, periodUnit: 'd' } },
    ['2026-03-21T08:00Z', '2026-03-21T13:00Z', '2026-03-21T19:00Z'],
  ],
  ['by the clock', { repeat: { timeOfDay: ['09:00:00', '23:30:00'] } }, ['2026-03-21T09:00Z', '2026-03-21T23:30Z']],
  [
    'every eight hours from when it was written, to the quarter of an hour',
    { repeat: { frequency: 1, period: 8, periodUnit: 'h' } },
    ['2026-03-21T02:30Z', '2026-03-21T10:30Z', '2026-03-21T18:30Z'],
  ],
  [
    'every eight hours from when it says',
    { code: { coding: [{ code: 'Q8H' }] }, repeat: { boundsPeriod: { start: '2026-03-21T06:05:00Z' } } },
    ['2026-03-21T06:05Z', '2026-03-21T14:05Z', '2026-03-21T22:05Z'],
  ],
  ['every other day: not that one', { repeat: { frequency: 1, period: 2, periodUnit: 'd' } }, []],
  ['on Saturdays', { repeat: { dayOfWeek: ['sat'] } }, ['2026-03-21T08:00Z']],
  ['on Sundays', { repeat: { dayOfWeek: ['sun'], frequency: 4, period: 1, periodUnit: 'd' } }, []],
  [
    'three doses in all',
    { repeat: { count: 3, frequency: 2, period: 1, periodUnit: 'd' } },
    ['2026-03-21T08:00Z', '2026-03-21T20:00Z'],
  ],
  ['for one day', { repeat: { boundsDuration: { value: 1, code: 'd' }, when: ['MORN'] } }, ['2026-03-21T08:00Z']],
  ['until the day before', { repeat: { boundsPeriod: { end: '2026-03-20' }, when: ['MORN'] } }, []],
  ['through its last day', { repeat: { boundsPeriod: { end: '2026-03-21' }, when: ['MORN'] } }, ['2026-03-21T08:00Z']],
  ['events', { event: ['2026-03-21T05:00:00Z', '2026-03-25T05:00:00Z'] }, ['2026-03-21T05:00Z']],
  [
    'five times a day, for which the ward has no times',
    { repeat: { frequency: 5, period: 1, periodUnit: 'd' } },
    ['2026-03-21T03:12Z', '2026-03-21T08:00Z', '2026-03-21T12:48Z', '2026-03-21T17:36Z', '2026-03-21T22:24Z'],
  ],
  ['nothing', undefined, ['no-timing']],
  ['an event that the ward does not know', { repeat: { when: ['WAKE'] } }, ['no-ward-time']],
  ['every minute', { repeat: { frequency: 1, period: 1, periodUnit: 'min' } }, ['too-often']],
  ['five times in three days', { repeat: { frequency: 5, period: 3, periodUnit: 'd' } }, ['unclear']],
])('doses of a day: %s', (_, timing, expected) => {
  expect(expand(timing, ...DAY)).toEqual(expected);
});

test.each<[string, NonNullable<Dosage['timing']>['repeat']]>([
  ['more often than anybody counts', { frequency: 2_000_000_000, period: 1, periodUnit: 'd' }],
  ['spread over an age', { frequency: 900_000_000, period: 999_999_999, periodUnit: 'wk' }],
  ['on weekdays, without number', { frequency: 2_000_000_000, period: 1, periodUnit: 'd', dayOfWeek: ['sat'] }],
  ['no time between them', { frequency: 1, period: 0, periodUnit: 'h' }],
  ['an infinite one', { frequency: 1, period: 1e308, periodUnit: 'h' }],
  [
    'counted since long ago',
    { count: 1_000_000, frequency: 90, period: 1, periodUnit: 'd', boundsPeriod: { start: '1980' } },
  ],
])('a timing that is none is told, quickly: %s', (_, repeat) => {
  expect(expand(repeat === undefined ? {} : { repeat }, ...DAY).filter((each) => each.includes('T'))).toEqual([]);
});

test('bounds without measure are none', () => {
  const endless = { frequency: 1, period: 8, periodUnit: 'h', boundsDuration: { value: 1e300, code: 'h' } } as const;
  expect(expand({ repeat: endless }, ...DAY)).toHaveLength(3);
  expect(expand({ repeat: { ...endless, boundsDuration: { value: 1e300, code: 'mo' } } }, ...DAY)).toHaveLength(3);
});

test('clocks of the ward go forward and back: by the clock each day once, by hours every eight hours', () => {
  // Europe/London: 2026-03-29 01:00 → 02:00 and 2026-10-25 02:00 → 01:00.
  const daily = { repeat: { timeOfDay: ['01:30:00', '08:00:00'] } };
  expect(expand(daily, '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual([
    '2026-03-29T01:30Z',
    '2026-03-29T07:00Z',
    '2026-03-30T00:30Z',
    '2026-03-30T07:00Z',
  ]);
  expect(expand(daily, '2026-10-24T23:00:00Z', '2026-10-25T12:00:00Z')).toEqual([
    '2026-10-25T00:30Z',
    '2026-10-25T08:00Z',
  ]);
  const hourly = {
    repeat: { frequency: 1, period: 8, periodUnit: 'h', boundsPeriod: { start: '2026-03-28T08:00:00Z' } },
  };
  expect(expand(hourly as Dosage['timing'], '2026-03-29T00:00:00Z', '2026-03-30T00:00:00Z')).toEqual([
    '2026-03-29T00:00Z',
    '2026-03-29T08:00Z',
    '2026-03-29T16:00Z',
  ]);
});

test('months have their own lengths', () => {
  const monthly: Dosage['timing'] = {
    repeat: { frequency: 1, period: 1, periodUnit: 'mo', boundsPeriod: { start: '2026-01-31T00:00:00Z' } },
  };
  expect(expand(monthly, '2026-01-01T00:00:00Z', '2026-05-01T00:00:00Z', 'UTC')).toEqual([
    '2026-01-31T08:00Z',
    '2026-02-28T08:00Z',
    '2026-03-31T08:00Z',
    '2026-04-30T08:00Z',
  ]);
});

test('two windows side by side have the doses of both, whatever the timing', () => {
  const timings: readonly Dosage['timing'][] = [
    { repeat: { frequency: 3, period: 1, periodUnit: 'd' } },
    { repeat: { frequency: 1, period: 6, periodUnit: 'h' } },
    { repeat: { frequency: 3, period: 1, periodUnit: 'wk' } },
    { repeat: { count: 20, frequency: 2, period: 1, periodUnit: 'd' } },
    { repeat: { when: ['AC'], offset: 45 } },
  ];
  for (const timing of timings) {
    const whole = expand(timing, '2026-03-20T00:00:00Z', '2026-04-05T00:00:00Z', 'America/New_York');
    for (let hour = 1; hour < 384; hour += 13) {
      const middle = new Date(Date.parse('2026-03-20T00:00:00Z') + hour * 3_600_000).toISOString();
      const parts = [
        ...expand(timing, '2026-03-20T00:00:00Z', middle, 'America/New_York'),
        ...expand(timing, middle, '2026-04-05T00:00:00Z', 'America/New_York'),
      ];
      expect(parts).toEqual(whole);
    }
  }
});

test.each<[string, Dosage['timing'], number | undefined]>([
  ['every six hours', { repeat: { frequency: 1, period: 6, periodUnit: 'h' } }, 6],
  ['at most four times a day', { repeat: { frequency: 4, period: 1, periodUnit: 'd' } }, 6],
  ['whenever it is needed', undefined, undefined],
])('the least interval as needed: %s', (_, timing, hours) => {
  const asNeeded = { ...order(timing), dosageInstruction: [{ asNeededBoolean: true, ...(timing && { timing }) }] };
  expect(leastInterval(asNeeded)).toBe(hours === undefined ? undefined : hours * 3_600_000);
});
