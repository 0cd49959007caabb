import fc from 'fast-check';
import { inBaseUnits } from './base-units.ts';

const syrup = { id: 'syrup', baseUnit: 'mL', packs: [{ unit: '{bottle}', quantity: 100 }] };
const tablets = { id: 'tablets', baseUnit: '{tablet}', packs: [{ unit: '{box}', quantity: 30 }] };

test.each([
  ['3', undefined, tablets, 3],
  ['3.0', '{tablet}', tablets, 3],
  ['2', '{box}', tablets, 60],
  ['0.1', '{box}', tablets, 3],
  ['1.5', '{bottle}', syrup, 150],
  ['0.25', 'L', syrup, 250],
  ['2000', 'uL', syrup, 2],
])('%s %s', (value, unit, product, expected) => expect(inBaseUnits(value, unit, product)).toBe(expected));

test.each([
  ['0.25', '{box}', tablets, 'supply.badUnit'],
  ['1', 'mL', tablets, 'supply.badUnit'],
  ['1', 'g', syrup, 'supply.badUnit'],
  ['0.5', undefined, tablets, 'supply.badQuantity'],
  ['1.5', undefined, tablets, 'supply.badUnit'],
  ['0', undefined, tablets, 'supply.badQuantity'],
  ['-1', undefined, tablets, 'supply.badQuantity'],
  ['1000000000', undefined, tablets, 'supply.badQuantity'],
  ['1', 'constructor', syrup, 'supply.badUnit'],
])('refuses %s %s', (value, unit, product, code) => {
  expect(() => inBaseUnits(value, unit, product)).toThrow(expect.objectContaining({ code }));
});

test('packs and base units agree exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (boxes) => {
      expect(inBaseUnits(String(boxes), '{box}', tablets)).toBe(boxes * 30);
    }),
  );
});
