import { canonicalUnit } from '../../../server/kernel/ucum-unit.ts';
import { ucumOfIsoText, ucumOfText, unitTexts } from './unit-codes.ts';

test('every code is one of UCUM', () => {
  const codes = new Set(unitTexts().values());
  expect([...codes].filter((code) => canonicalUnit(code) === undefined)).toEqual([]);
});

test.each([
  ['mg/dL', 'mg/dL'],
  ['mg/dl', 'mg/dL'],
  ['x10E3/uL', '10*3/uL'],
  ['mmHg', 'mm[Hg]'],
  ['µmol/L', 'umol/L'],
  ['mcg', 'ug'],
  ['mL/min/1.73m2', 'mL/min/{1.73_m2}'],
])('%s is %s', (text, code) => {
  expect(ucumOfText(text)).toBe(code);
});

test.each(['MMOLL', 'K/uL', 'C', '', 'MG/DL', 'toString'])('nothing is guessed for %p', (text) => {
  expect(ucumOfText(text)).toBeUndefined();
});

test('in ISO+ case says nothing, unless it tells units apart', () => {
  expect(ucumOfIsoText('MG/DL')).toBe('mg/dL');
  expect(ucumOfIsoText('MMOL/L')).toBe('mmol/L');
  // Mega- and milli-, or siemens and seconds, differ by case alone.
  expect(ucumOfIsoText('MHZ')).toBe('MHz');
  expect(ucumOfIsoText('MSV')).toBe('mSv');
});
