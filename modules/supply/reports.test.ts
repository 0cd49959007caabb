import type { ResourceOf } from '#sdk';
import { testClinic } from '#sdk/testing';
import { codeSystem, structure } from './names.ts';
import { enter, store } from './supply.fixture.ts';

const clinic = testClinic(import.meta.dirname);

const DAY = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();

type Rows = readonly Readonly<Record<string, string | number | null>>[];

async function report(id: string, query = ''): Promise<Rows> {
  const { status, body } = await clinic.get(`$report?report=${id}${query}&_format=json`);
  expect(status).toBe(200);
  const { columns, rows } = body as unknown as {
    readonly columns: readonly { readonly name: string }[];
    readonly rows: readonly (readonly (string | number | null)[])[];
  };
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, place) => [name, row[place] ?? null])));
}

/** Receipts at a price, and issues. */
async function traded(
  code: string,
  price: number,
  quantity: number,
  days = 10,
): Promise<{ location: string; product: string }> {
  const { location, product, lots } = await store(clinic, code, [{ number: 'A', there: 0 }]);
  const lot = lots[0] ?? '';
  const unitCost = { value: price, currency: 'GBP' } as const;
  await enter(clinic, { type: 'receipt', lot, quantity: 1000, destination: location, unitCost, at: ago(days + 1) });
  if (quantity > 0) await enter(clinic, { type: 'issue', lot, quantity, origin: location, at: ago(days) });
  return { location, product };
}

test('II.4.1 ABC: what makes up 80 % of the value is A, up to 95 % B, the rest C; ties by id', async () => {
  const products: Record<string, string> = {};
  for (const [code, price, quantity] of [
    ['p600', 1, 600],
    ['p200', 0.5, 400],
    ['p100a', 1, 100],
    ['p100b', 1, 100],
  ] as const) {
    products[code] = (await traded(code, price, quantity)).product;
  }
  const rows = await report('stock-abc-analysis');
  const [tieFirst, tieSecond] = [products.p100a, products.p100b].sort();
  // 600 of 1000, then 200 (begins at 60 %), then the ties (at 80 % and 90 %).
  expect(rows.map(({ product, value, class: is }) => [product, Number(value), is])).toEqual([
    [`MedicationKnowledge/${products.p600 ?? ''}`, 600, 'A'],
    [`MedicationKnowledge/${products.p200 ?? ''}`, 200, 'A'],
    [`MedicationKnowledge/${tieFirst ?? ''}`, 100, 'B'],
    [`MedicationKnowledge/${tieSecond ?? ''}`, 100, 'B'],
  ]);
  expect(await report('stock-abc-analysis')).toEqual(rows);
});

test('II.4.2 an item that nothing left for 180 days is listed with its value', async () => {
  const idle = await traded('idle', 0.25, 100, 200);
  const rows = await report('dead-stock');
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ product: `MedicationKnowledge/${idle.product}`, quantity: 900, days: 200 });
  expect(Number(rows[0]?.value)).toBe(225);
  const value = (await report('stock-value')).find(({ location }) => location === `Location/${idle.location}`);
  expect([value?.quantity, Number(value?.value)]).toEqual([900, 225]);
});

test('II.4.3 late, short and refused receipts change the score as computed by hand', async () => {
  const supplier = (await clinic.store({ resourceType: 'Organization', name: 'Supplies' } as const)).id;
  const { location, product, lots } = await store(clinic, 'vendor', [{ number: 'A', there: 0 }]);
  const lot = lots[0] ?? '';
  await clinic.store(policy(product, location));
  const order = async (days: number): Promise<string> =>
    (
      await clinic.store({
        resourceType: 'SupplyRequest',
        status: 'active',
        authoredOn: ago(days),
        category: { coding: [{ system: codeSystem('supply-category'), code: 'purchase' }] },
        itemCodeableConcept: { text: 'Tablets' },
        quantity: { value: 100 },
        supplier: [{ reference: `Organization/${supplier}` }],
        deliverTo: { reference: `Location/${location}` },
        extension: [
          { url: structure('request-product'), valueReference: { reference: `MedicationKnowledge/${product}` } },
        ],
      } as const)
    ).id;
  const [punctual, late] = [await order(20), await order(20)];
  const receipt = { type: 'receipt', lot, destination: location } as const;
  await enter(clinic, { ...receipt, quantity: 100, basedOn: [punctual], at: ago(16) });
  await enter(clinic, { ...receipt, quantity: 60, basedOn: [late], at: ago(10) });
  const back = { type: 'supplier-return', lot, origin: location, reason: 'DAMAGED', quantity: 16, at: ago(9) } as const;
  await enter(clinic, { ...back, basedOn: [late] });
  const row = (await report('vendor-performance')).find((each) => each.supplier === `Organization/${supplier}`);
  // On time: 1 of 2. Filled: 100 + 44 of 200. Sent back: 16 of 160. Lead times 4 and 10 days.
  expect([
    row?.lines,
    Number(row?.['lead-days']),
    Number(row?.['on-time']),
    Number(row?.fill),
    Number(row?.rejected),
  ]).toEqual([2, 7, 50, 72, 10]);
  expect(Number(row?.score)).toBe(66.8);
});

function policy(product: string, location: string): ResourceOf<'Basic'> {
  return {
    resourceType: 'Basic',
    code: { coding: [{ system: codeSystem('stock-record'), code: 'stock-policy' }] },
    extension: [
      {
        url: structure('stock-levels'),
        extension: [
          { url: 'item', valueReference: { reference: `MedicationKnowledge/${product}` } },
          { url: 'location', valueReference: { reference: `Location/${location}` } },
          { url: 'maximum', valuePositiveInt: 100 },
          { url: 'reorderPoint', valueUnsignedInt: 0 },
          { url: 'leadTime', valueUnsignedInt: 5 },
        ],
      },
    ],
  };
}
