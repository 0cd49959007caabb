import { product } from '../pharmacy.fixture.ts';
import { doseUnits } from './dose-units.ts';

const UCUM = 'http://unitsofmeasure.org';
const tablets = {
  ...product({ code: 'amoxicillin' }),
  id: 'p',
  meta: { profile: ['https://athanor.health/fhir/StructureDefinition/stock-product'] },
};

test.each([
  [{ value: 2, code: '{tablet}' }, 2],
  [{ value: 0.5, code: '{tablet}' }, 1],
  [{ value: 500, code: 'mg' }, 1],
  [{ value: 1, code: 'g' }, 2],
  [{ value: 750, code: 'mg' }, 2],
  [{ value: 500_000, code: 'ug' }, 1],
  [{ value: 5, code: 'mL' }, undefined],
  [{ value: 500, code: '[iU]' }, undefined],
  [{ value: 0, code: '{tablet}' }, undefined],
  [{ code: '{tablet}' }, undefined],
  [{ value: 1 }, undefined],
])('%j uses up %p tablets of 500 mg', (dose, units) => {
  expect(doseUnits({ ...dose, system: UCUM }, tablets)).toBe(units);
});

test('of a combination, mass says nothing', () => {
  const both = { ...tablets, ingredient: [...(tablets.ingredient ?? []), ...(tablets.ingredient ?? [])] };
  expect(doseUnits({ value: 500, code: 'mg' }, both)).toBeUndefined();
  expect(doseUnits({ value: 1, code: '{tablet}' }, both)).toBe(1);
});
