import fc from 'fast-check';
import { valueOf } from '../reading/draft.fixture.ts';
import { date, dateTime, dateTimeOf, instant, momentOf, time } from './date-time.ts';

test.each([
  ['1962', '1962'],
  ['196203', '1962-03'],
  ['19620331', '1962-03-31'],
  ['1962033108', '1962-03-31T08:00:00+01:00'],
  ['196203310805', '1962-03-31T08:05:00+01:00'],
  ['20240702080506', '2024-07-02T08:05:06+02:00'],
  ['20240102030405.1234', '2024-01-02T03:04:05.1234+01:00'],
  ['20240102030405-0500', '2024-01-02T03:04:05-05:00'],
  ['202401020304+0215', '2024-01-02T03:04:00+02:15'],
  ['20240102030405^S', '2024-01-02T03:04:05+01:00'],
])('%s is the dateTime %s: precision and zone as sent', (sent, expected) => {
  const { draft, value } = valueOf(sent);
  expect(dateTime(value, draft)).toBe(expected);
});

test.each([
  '2023-01-02',
  '20230230',
  '20231301',
  '00000101',
  '2023010224',
  '202301020360',
  'yesterday',
  '20230102+9900Z',
])('%s is no timestamp, and stays unread', (sent) => {
  const { draft, value } = valueOf(sent);
  expect(dateTime(value, draft)).toBeUndefined();
  expect(draft.finish().unread).toContain('ZZZ[1]');
});

test('a time in the hour that the clock jumps over or runs twice has one of its offsets', () => {
  expect(dateTimeOf('20240331013000', 'Europe/Berlin')).toBe('2024-03-31T01:30:00+01:00');
  expect(dateTimeOf('20240331033000', 'Europe/Berlin')).toBe('2024-03-31T03:30:00+02:00');
  expect(dateTimeOf('20241027023000', 'Europe/Berlin')).toMatch(/^2024-10-27T02:30:00\+0[12]:00$/);
  expect(dateTimeOf('20240702080000', 'America/St_Johns')).toBe('2024-07-02T08:00:00-02:30');
});

test('a date is the day on the wall of the sender', () => {
  expect(date(valueOf('202401022330-0800').value)).toBe('2024-01-02');
});

test('a day alone is no instant', () => {
  const day = valueOf('20240102');
  expect(instant(day.value, day.draft)).toBeUndefined();
  const moment = valueOf('202401020800+0000');
  expect(instant(moment.value, moment.draft)).toBe('2024-01-02T08:00:00+00:00');
});

test('moments are compared in UTC', () => {
  expect(momentOf('202401020030', 'Europe/Berlin')).toBe('2024-01-01T23:30:00.000Z');
  expect(momentOf('20240102', 'Europe/Berlin')).toBe('2024-01-01T23:00:00.000Z');
  expect(momentOf('202401', 'Europe/Berlin')).toBeUndefined();
});

test('TM', () => {
  expect(time(valueOf('0830').value)).toBe('08:30:00');
  expect(time(valueOf('2460').value)).toBeUndefined();
});

test('any timestamp of the right form is a dateTime that stands for the same moment', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'UTC', 'Australia/Lord_Howe');
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1950-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
      zones,
      (at, zone) => {
        const sent = at
          .toISOString()
          .replaceAll(/[-:TZ]/g, '')
          .slice(0, 14);
        const made = dateTimeOf(`${sent}+0000`, zone);
        expect(Date.parse(made ?? '')).toBe(Math.floor(at.getTime() / 1000) * 1000);
        expect(dateTimeOf(sent, zone)).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/);
      },
    ),
  );
});
