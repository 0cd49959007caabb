import { defineReport } from '#sdk';
import { ACCOUNTS } from '../accounts.ts';
import { LOT_COSTS, money } from './lot-costs.ts';

interface Row {
  readonly location: string;
  readonly product: string;
  readonly quantity: number;
  readonly value: string | null;
  readonly currency: string | null;
}

export const stockValue = defineReport({
  id: 'stock-value',
  title: 'Value of the stock',
  text: 'What is at each place of each product, at what its lots cost on average when they were received. Lots of unknown cost have no value.',
  roles: ['pharmacist', 'administrator'],
  input: {},
  columns: [
    { name: 'location', title: 'Place', type: 'string' },
    { name: 'product', title: 'Product', type: 'string' },
    { name: 'quantity', title: 'Base units', type: 'integer' },
    { name: 'value', title: 'Value', type: 'decimal' },
    { name: 'currency', title: 'Currency', type: 'code' },
  ],
  async run(context) {
    const tables = await context.projection('supply.stock');
    const rows = await tables.query<Row>(VALUE, [tables.tenant, Object.values(ACCOUNTS)]);
    return rows.map((row) => [
      `Location/${row.location}`,
      `MedicationKnowledge/${row.product}`,
      row.quantity,
      row.value,
      row.currency,
    ]);
  },
});

const VALUE = `with ${LOT_COSTS}
select b.location, l.product, sum(b.on_hand)::float8 as quantity, ${money('sum(b.on_hand * c.unit_cost)')} as value, c.currency
from @stock_balance b join @stock_lot l on l.tenant = $1 and l.id = b.lot left join cost c on c.lot = b.lot
where b.tenant = $1 and b.on_hand > 0 and b.location <> all($2::text[])
group by b.location, l.product, c.currency order by b.location, l.product, c.currency`;
