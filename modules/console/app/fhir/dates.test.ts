import { ageText, dateText, daysBetween } from './dates.ts';

test.each([
  ['2020-02-29', '2026-02-28', '5 years'],
  ['2020-02-29', '2026-03-01', '6 years'],
  ['2025-01-15', '2026-12-14', '22 months'],
  ['2026-11-20', '2026-11-25', '0 months'],
  ['1950', '2026-11-25', '76 years'],
])('born %s, on %s: %s', (birthDate, today, text) => {
  expect(ageText({ resourceType: 'Patient', birthDate }, today)).toBe(text);
});

test('who has died does not grow older', () => {
  const patient = {
    resourceType: 'Patient',
    birthDate: '1950-01-01',
    deceasedDateTime: '2000-06-01T10:00:00Z',
  } as const;
  expect(ageText(patient, '2026-11-25')).toBe('50 years');
});

test('a day has no zone, and is never moved', () => {
  expect(dateText('2026-01-01')).toBe('2026-01-01');
  expect(dateText('2026-01')).toBe('2026-01');
});

test.each([
  ['2026-03-28', '2026-03-30', 2],
  ['2026-11-25', '2026-11-25', 0],
  ['2026-11-25', '2026-11-24', -1],
])('from %s to %s: %i days', (from, to, days) => {
  expect(daysBetween(from, to)).toBe(days);
});
