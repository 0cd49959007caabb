import { timesADay, type Dosage } from './daily-times.ts';

type Timing = NonNullable<Dosage['timing']>;

test.each<[string, Timing, string | undefined]>([
  ['twice a day', { repeat: { frequency: 2, period: 1, periodUnit: 'd' } }, '2'],
  ['every six hours', { repeat: { frequency: 1, period: 6, periodUnit: 'h' } }, '4'],
  ['every four to six hours', { repeat: { frequency: 1, period: 4, periodMax: 6, periodUnit: 'h' } }, '6'],
  ['three to four times a day', { repeat: { frequency: 3, frequencyMax: 4, period: 1, periodUnit: 'd' } }, '4'],
  ['every other day', { repeat: { frequency: 1, period: 2, periodUnit: 'd' } }, '0.5'],
  ['at three times of the day', { repeat: { timeOfDay: ['08:00:00', '14:00:00', '20:00:00'] } }, '3'],
  ['on Mondays', { repeat: { dayOfWeek: ['mon'], frequency: 1 } }, '1'],
  ['by a code', { code: { coding: [{ code: 'TID' }] } }, '3'],
  ['a period of nothing', { repeat: { frequency: 1, period: 0, periodUnit: 'd' } }, undefined],
  ['a text alone', { code: { text: 'now and then' } }, undefined],
])('%s', (_name, timing, expected) => {
  expect(timesADay({ timing })).toBe(expected);
});
