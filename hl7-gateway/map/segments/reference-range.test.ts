import { stringifyJson } from '../../../server/kernel/json.ts';
import { referenceRange } from './reference-range.ts';

const MMOL = { unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' };

test.each([
  ['3.5 - 5.30', { low: { value: 3.5 }, high: { value: 5.3 } }],
  ['3.5-5.3 mmol/L', { low: { value: 3.5 }, high: { value: 5.3 } }],
  ['-2 to -1', { low: { value: -2 }, high: { value: -1 } }],
  ['<5', { high: { value: 5 } }],
  ['>= 60', { low: { value: 60 } }],
  ['.5–1', { low: { value: 0.5 }, high: { value: 1 } }],
])('%s has limits', (text, limits) => {
  expect(referenceRange(text, MMOL, true)).toMatchObject({ ...limits, text });
});

test.each(['negative', '10 - 3', '3-5 / 4-6', 'M: 3-5', '1-2-3'])('%s is a text alone', (text) => {
  expect(referenceRange(text, MMOL, true)).toEqual({ text });
});

test('what has no letter or digit is nothing; limits of a text are a text', () => {
  expect(referenceRange('[ ]', MMOL, true)).toBeUndefined();
  expect(referenceRange('3-5', undefined, false)).toEqual({ text: '3-5' });
});

test('digits are kept, and the unit is that of the value', () => {
  const made = referenceRange('3.50 - 5.30', MMOL, true);
  expect(stringifyJson(made ?? {})).toBe(
    '{"low":{"value":3.50,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"high":{"value":5.30,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"},"text":"3.50 - 5.30"}',
  );
});
