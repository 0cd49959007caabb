import fc from 'fast-check';
import { addDecimals, compareDecimals, decimalText, multiplyDecimals, setDecimal, type ResourceOf } from '#sdk';
import { product } from '../pharmacy.fixture.ts';
import { saleInvoice, type SaleLine } from './invoice.ts';

type Product = ResourceOf<'MedicationKnowledge'>;

/** A product whose price is written like this. */
function priced(price: string, currency = 'EUR'): Product {
  const made = product({ code: 'p', price: 1 });
  const [cost] = made.cost ?? [];
  if (cost === undefined) throw new Error('it has a price');
  return {
    ...made,
    cost: [{ ...cost, cost: { ...setDecimal(cost.cost, 'value', price), currency: currency as 'EUR' } }],
  };
}

const totalOf = (lines: readonly SaleLine[]) => decimalText(saleInvoice(lines).totalNet, 'value');

test('totals are exact, with the digits of prices', () => {
  const lines = [
    { product: priced('0.10'), quantity: 3 },
    { product: priced('0.35'), quantity: 60 },
  ];
  expect(totalOf(lines)).toBe('21.30');
  expect(totalOf([{ product: priced('999999999.99'), quantity: 999_999_999 }])).toBe('999999998990000000.01');
});

test('the total is the sum of the lines', () => {
  const cents = fc.integer({ min: 0, max: 99_999 }).map((n) => (n / 100).toFixed(2));
  const line = fc.record({ price: cents, quantity: fc.integer({ min: 1, max: 10_000 }) });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (given) => {
      const invoice = saleInvoice(given.map(({ price, quantity }) => ({ product: priced(price), quantity })));
      const sum = given.reduce(
        (total, each) => addDecimals(total, multiplyDecimals(each.price, String(each.quantity))),
        '0',
      );
      const amounts = (invoice.lineItem ?? []).map(
        ({ priceComponent }) => decimalText(priceComponent?.[0]?.amount, 'value') ?? '',
      );
      expect(compareDecimals(amounts.reduce(addDecimals, '0'), sum)).toBe(0);
      expect(compareDecimals(decimalText(invoice.totalGross, 'value') ?? '', sum)).toBe(0);
    }),
  );
});

test('without a price there is no total, and currencies do not mix', () => {
  expect(saleInvoice([{ product: product({ code: 'p' }), quantity: 3 }]).totalNet).toBeUndefined();
  const mixed = [priced('1.00'), priced('1.00', 'USD')].map((each) => ({ product: each, quantity: 1 }));
  expect(() => saleInvoice(mixed)).toThrow('currencies');
});
