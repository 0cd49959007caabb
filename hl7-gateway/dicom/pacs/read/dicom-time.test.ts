import { fhirDate, fhirDateTime, fhirDateTimeOfDt } from './dicom-time.ts';

test.each([
  ['20261126', '071500', '+0100', '2026-11-26T07:15:00+01:00'],
  ['20261126', '0715', '', '2026-11-26T07:15:00+01:00'],
  ['20260726', '071500.25', '', '2026-07-26T07:15:00.25+02:00'],
  ['2026.11.26', '07:15:01', '-0330', '2026-11-26T07:15:01-03:30'],
  ['20261126', '', '+0100', '2026-11-26'],
  ['20261126', '07', '+0100', '2026-11-26'],
  ['20261126', '250000', '', '2026-11-26'],
  ['20261126', '235960', '+0000', '2026-11-26T23:59:59+00:00'],
  ['20261126', '071500', '+9900', '2026-11-26T07:15:00+01:00'],
  ['20260229', '071500', '', undefined],
  ['', '071500', '', undefined],
  ['00000101', '', '', undefined],
])('%s %s %s is %s', (date, time, offset, expected) => {
  expect(fhirDateTime(date, time, offset, 'Europe/Berlin')).toBe(expected);
});

test.each([
  ['20261126120000+0100', '2026-11-26T12:00:00+01:00'],
  ['20261126120000.123456', '2026-11-26T12:00:00.123456+00:00'],
  ['20261126', '2026-11-26'],
  ['2026', undefined],
  ['noon', undefined],
])('the date and time %s is %s', (text, expected) => {
  expect(fhirDateTimeOfDt(text, '', 'UTC')).toBe(expected);
});

test('at a change of clocks the time that was shown first holds', () => {
  expect(fhirDateTime('20261025', '023000', '', 'Europe/Berlin')).toMatch(/^2026-10-25T02:30:00\+0[12]:00$/);
  expect(fhirDate(' 20240229 ')).toBe('2024-02-29');
});
