import type { ResourceOf } from '#sdk';
import { LOINC } from '../names.ts';
import { freshWeight, kidneyFunction } from './measurements.ts';

const AT = new Date('2026-11-26T12:00:00Z');

function observed(
  code: string,
  value: number,
  unit: string,
  date: string,
  status: 'final' | 'entered-in-error' = 'final',
): ResourceOf<'Observation'> {
  return {
    resourceType: 'Observation',
    status,
    code: { coding: [{ system: LOINC, code }] },
    effectiveDateTime: date,
    valueQuantity: { value, code: unit },
  };
}

test.each([
  ['kilograms', observed('29463-7', 10, 'kg', '2026-11-20'), '10'],
  ['grams are a thousandth', observed('29463-7', 3500, 'g', '2026-11-20'), '3.5'],
  ['pounds', observed('29463-7', 100, '[lb_av]', '2026-11-20'), '45.359237'],
  ['a unit that is none of weight', observed('29463-7', 10, 'cm', '2026-11-20'), undefined],
  ['too old for an infant', observed('29463-7', 10, 'kg', '2026-10-01'), undefined],
  ['of tomorrow', observed('29463-7', 10, 'kg', '2026-11-28'), undefined],
  ['entered in error', observed('29463-7', 10, 'kg', '2026-11-20', 'entered-in-error'), undefined],
])('weight: %s', (_name, observation, expected) => {
  expect(freshWeight([observation], 400, AT)).toBe(expected);
});

// Values of the calculator at https://www.kidney.org/professionals/kdoqi/gfr_calculator for CKD-EPI 2021.
test.each([
  ['woman', 50, 0.8, 90],
  ['man', 50, 0.8, 108],
  ['man', 70, 2, 35],
])('eGFR of a %s of %d years with %d mg/dL', (who, years, creatinine, expected) => {
  const gender = who === 'woman' ? 'female' : 'male';
  const found = kidneyFunction([observed('2160-0', creatinine, 'mg/dL', '2026-11-01')], { gender }, years * 365.25, AT);
  expect(Math.abs((found ?? 0) - expected)).toBeLessThanOrEqual(1);
});

test('the newer of eGFR and creatinine counts', () => {
  const measured = observed('33914-3', 20, 'mL/min/{1.73_m2}', '2026-11-10');
  const creatinine = observed('2160-0', 0.8, 'mg/dL', '2026-11-20');
  expect(kidneyFunction([measured], { gender: 'female' }, 18_000, AT)).toBe(20);
  expect(kidneyFunction([measured, creatinine], { gender: 'female' }, 18_000, AT)).toBeGreaterThan(60);
});
