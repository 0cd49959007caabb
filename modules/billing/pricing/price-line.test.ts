import fc from 'fast-check';
import { addDecimals, compareDecimals, multiplyDecimals, subtractDecimals } from '#sdk';
import { rounded } from './money.ts';
import { priceLine, type Base, type Step, type Terms } from './price-line.ts';

const eur = (value: string) => ({ value, currency: 'EUR' });
const base = (value: string): Base => ({ amount: eur(value), quantity: '1', definition: undefined });
const percent = (factor: string, type: Step['type'] = 'discount'): Step => ({ type, factor, amount: undefined });
const off = (value: string, currency = 'EUR'): Step => ({
  type: 'discount',
  factor: undefined,
  amount: { value, currency },
});
const terms = (definition: string, steps: readonly Step[], combines = false): Terms => ({
  definition,
  combines,
  steps,
});
const amounts = (price: string, given: readonly Terms[]): readonly string[] => {
  const { components, net } = priceLine(base(price), given);
  return [...components.map(({ amount }) => amount.value), net.value];
};

test.each([
  ['0.005', 'EUR', '0.01'],
  ['0.0049999', 'EUR', '0.00'],
  ['15.335', 'EUR', '15.34'],
  ['2.5', 'EUR', '2.50'],
  ['-0.125', 'EUR', '-0.13'],
  ['-0.001', 'EUR', '0.00'],
  ['1.5', 'JPY', '2'],
  ['1.0005', 'KWD', '1.001'],
  ['999999999999.995', 'USD', '1000000000000.00'],
])('%s %s is rounded half away from zero to %s', (value, currency, expected) => {
  expect(rounded({ value, currency })).toEqual({ value: expected, currency });
});

test.each([
  ['10 % of 9.00', '9.00', [terms('a', [percent('0.1')])], ['9.00', '-0.90', '8.10']],
  ['half a cent: what remains is rounded up', '0.15', [terms('a', [percent('0.1')])], ['0.15', '-0.01', '0.14']],
  ['a base of parts of cents', '0.192', [terms('a', [percent('0.1')])], ['0.19', '-0.02', '0.17']],
  ['all of it', '0.33', [terms('a', [percent('1')])], ['0.33', '-0.33', '0.00']],
  ['more than there is', '3.00', [terms('a', [off('5.00')])], ['3.00', '-3.00', '0.00']],
  ['no discount', '3', [], ['3.00', '3.00']],
  [
    'two that combine are added, not multiplied',
    '100',
    [terms('a', [percent('0.1')], true), terms('b', [percent('0.05')], true)],
    ['100.00', '-10.00', '-5.00', '85.00'],
  ],
  [
    'one that stands alone and takes more',
    '100',
    [terms('a', [percent('0.1')], true), terms('b', [percent('0.05')], true), terms('c', [percent('0.2')])],
    ['100.00', '-20.00', '80.00'],
  ],
  [
    'those that combine take more',
    '100',
    [terms('a', [percent('0.1')], true), terms('b', [off('8')], true), terms('c', [percent('0.15')])],
    ['100.00', '-10.00', '-8.00', '82.00'],
  ],
  [
    'a surcharge is part of the base, discounts of both',
    '50',
    [terms('a', [percent('0.2', 'surcharge'), percent('0.1')])],
    ['50.00', '10.00', '-6.00', '54.00'],
  ],
  [
    'thirds of cents add up',
    '0.10',
    [terms('a', [percent('0.333')], true), terms('b', [percent('0.333')], true), terms('c', [percent('0.334')], true)],
    ['0.10', '-0.03', '-0.04', '-0.03', '0.00'],
  ],
])('II.2.4 %s', (_name, price, given, expected) => {
  expect(amounts(price, given)).toEqual(expected);
});

test('II.2.4 an amount is of each unit, however many lines there are', () => {
  const line = (quantity: string, value: string) =>
    priceLine({ amount: eur(value), quantity, definition: undefined }, [terms('a', [off('0.50')])]).net.value;
  expect([line('4', '10.00'), line('1', '2.50'), line('3', '7.50')]).toEqual(['8.00', '2.00', '6.00']);
});

test('II.2.4 of equal discounts that stand alone it is the first by definition', () => {
  const given = [terms('b|1', [percent('0.1')]), terms('a|2', [percent('0.1')])];
  expect(priceLine(base('10'), given).components.map(({ definition }) => definition)).toEqual([undefined, 'a|2']);
});

test('II.2.4 an amount in another currency is refused', () => {
  expect(() => priceLine(base('10'), [terms('a', [off('1', 'GBP')])])).toThrow(
    expect.objectContaining({ code: 'billing.otherCurrency', status: 422 }),
  );
});

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.integer({ min: 1, max: 1000 }).map((n) => percent((n / 1000).toFixed(3))),
  fc.integer({ min: 1, max: 50_000 }).map((n) => off((n / 100).toFixed(2))),
  fc.integer({ min: 1, max: 3000 }).map((n) => percent((n / 1000).toFixed(3), 'surcharge')),
);
const someTerms = fc.uniqueArray(
  fc.record({
    definition: fc.integer({ min: 0, max: 50 }).map((n) => `urn:d|${n}`),
    combines: fc.boolean(),
    steps: fc.array(step, { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 6, selector: ({ definition }) => definition },
);
const price = fc.integer({ min: 0, max: 99_999_999 }).map((n) => (n / 1000).toFixed(3));

test('II.2.4 components add up to the net, which is never below zero, nor above base and surcharges', () => {
  fc.assert(
    fc.property(price, someTerms, (value, given) => {
      const { components, net } = priceLine(base(value), given);
      const sum = components.reduce((total, { amount }) => addDecimals(total, amount.value), '0');
      expect(compareDecimals(sum, net.value)).toBe(0);
      expect(compareDecimals(net.value, '0')).toBeGreaterThanOrEqual(0);
      for (const { type, amount } of components) {
        expect(amount.value).toMatch(/^-?\d+\.\d\d$/);
        expect(compareDecimals(amount.value, '0') * (type === 'discount' ? -1 : 1)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('II.2.4 the order in which definitions are found makes no difference', () => {
  fc.assert(
    fc.property(price, someTerms, fc.nat(), (value, given, turn) => {
      const at = given.length === 0 ? 0 : turn % given.length;
      const turned = [...given.slice(at), ...given.slice(0, at)].reverse();
      expect(priceLine(base(value), turned)).toEqual(priceLine(base(value), given));
    }),
  );
});

test('II.2.4 a single percentage is within half a cent of the exact amount', () => {
  const factor = fc.integer({ min: 1, max: 100 }).map((n) => (n / 100).toFixed(2));
  const cents = fc.integer({ min: 0, max: 9_999_999 }).map((n) => (n / 100).toFixed(2));
  fc.assert(
    fc.property(cents, factor, (value, part) => {
      const exact = subtractDecimals(value, multiplyDecimals(value, part));
      const off = subtractDecimals(priceLine(base(value), [terms('a', [percent(part)])]).net.value, exact);
      expect(compareDecimals(off, '0.005')).toBeLessThanOrEqual(0);
      expect(compareDecimals(off, '-0.005')).toBeGreaterThan(0);
    }),
  );
});
