import { NONE } from '../model/item.ts';
import { addToTemporal } from './temporal-arithmetic.ts';
import {
  compareTemporal,
  compareTemporalTexts,
  parseTemporal,
  temporalKey,
  temporalText,
  type Temporal,
} from './temporal.ts';

function parsed(text: string): Temporal {
  const kind = text.includes('T') ? 'dateTime' : /^\d\d:/.test(text) ? 'time' : 'date';
  const temporal = parseTemporal(text, kind);
  if (temporal === undefined) throw new Error(`${text} is no ${kind}`);
  return temporal;
}

test.each([
  '2020',
  '2020-02',
  '2020-02-29',
  '2020-02-29T10:00:00.120+05:30',
  '2020-02-29T10:30Z',
  '10:30',
  '10:30:00.5',
])('%s is read and written', (text) => {
  expect(temporalText(parsed(text))).toBe(text);
});

test.each<[string, Temporal['kind']]>([
  ['2021-02-29', 'date'],
  ['2020-13', 'date'],
  ['2020-01-01T10:00', 'date'],
  ['2020T10:00', 'dateTime'],
  ['2020-01-01T25:00', 'dateTime'],
  ['2020-01-01T10:00+15:00', 'dateTime'],
  ['2020-01-01Z', 'dateTime'],
  ['10:60', 'time'],
  ['10:30Z', 'time'],
  ['2020-01-01', 'time'],
  ['', 'date'],
])('%s is no %s', (text, kind) => {
  expect(parseTemporal(text, kind)).toBeUndefined();
});

test.each<[string, string, number | undefined]>([
  ['2020-01-01', '2020-01-02', -1],
  ['2020-01-01', '2020-01-01', 0],
  ['2020', '2021-01-01', -1],
  ['2020', '2020-01-01', undefined],
  ['2020-12', '2021', -1],
  ['2020-01-01T10:00:00Z', '2020-01-01T11:00:00+01:00', 0],
  ['2020-01-01T10:00:00', '2020-01-01T10:00:00.0', 0],
  ['2020-01-01T10:00', '2020-01-01T10:00:59', undefined],
  ['2020-01-01T10:00', '2020-01-01T10:01:00', -1],
  // Without a zone it may be any.
  ['2020-01-01T10:00:00', '2020-01-01T10:00:00Z', undefined],
  ['2020-01-01T10:00:00', '2020-01-02T23:00:00Z', -1],
  ['2020-01-01', '2020-01-01T10:00:00Z', undefined],
  ['10:30', '10:31', -1],
  ['0001-01-01', '0099-01-01', -1],
])('%s against %s is %s', (a, b, expected) => {
  expect(compareTemporal(parsed(a), parsed(b))).toBe(expected);
  const reversed = compareTemporal(parsed(b), parsed(a));
  expect(reversed).toBe(expected === undefined || expected === 0 ? expected : -expected);
  expect(temporalKey(parsed(a)) === temporalKey(parsed(b))).toBe(expected === 0);
  const quick = compareTemporalTexts(a, b);
  if (quick !== undefined) expect(quick).toBe(expected);
});

test.each<[string, string, string, string]>([
  ['2020-01-31', '1', 'month', '2020-02-29'],
  ['2020-02-29', '-1', 'year', '2019-02-28'],
  ['2020', '24', 'month', '2022'],
  ['2020-06', '45', 'day', '2020-07'],
  ['2020-01-01', '1.9', 'week', '2020-01-08'],
  ['2020-01-01', '47', 'hour', '2020-01-02'],
  ['2020-01-01T23:59:59.900Z', '100', 'millisecond', '2020-01-02T00:00:00.000Z'],
  ['2020-01-01T23:30-05:00', '45', 'min', '2020-01-02T00:15-05:00'],
  ['23:30', '45', 'minute', '00:15'],
  ['00:15', '-1', 'hour', '23:15'],
])('%s + %s %s is %s', (text, value, unit, expected) => {
  expect(addToTemporal(parsed(text), { value, unit })?.map((item) => item.value)).toEqual([expected]);
});

test.each<[string, string, string]>([
  ['2020-01-01', '1', 'mo'],
  ['2020-01-01', '1', 'cm'],
  ['10:00', '1', 'day'],
])('%s + %s %s cannot be computed', (text, value, unit) => {
  expect(addToTemporal(parsed(text), { value, unit })).toBeUndefined();
});

test.each([
  ['9999-12-31', '1', 'day'],
  ['0001-01-01', '-1', 'year'],
  ['2020-01-01', '9'.repeat(40), 'day'],
])('%s + %s %s is out of range', (text, value, unit) => {
  expect(addToTemporal(parsed(text), { value, unit })).toBe(NONE);
});
