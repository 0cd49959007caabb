import { defineReport } from '#sdk';
import { ACCOUNTS } from '../accounts.ts';
import { LOT_COSTS, money } from './lot-costs.ts';

interface Row {
  readonly product: string;
  readonly location: string;
  readonly quantity: number;
  readonly last: string | null;
  readonly days: number;
  readonly value: string | null;
  readonly currency: string | null;
}

export const deadStock = defineReport({
  id: 'dead-stock',
  title: 'Dead stock',
  text: 'What is at a place of a product of which nothing has left that place for a number of days, and what it cost.',
  roles: ['pharmacist', 'administrator'],
  input: { days: { type: 'positiveInt', text: 'Days without anything leaving; default 180.' } },
  columns: [
    { name: 'product', title: 'Product', type: 'string' },
    { name: 'location', title: 'Place', type: 'string' },
    { name: 'quantity', title: 'Base units', type: 'integer' },
    { name: 'last', title: 'Last issue, or first receipt', type: 'date' },
    { name: 'days', title: 'Days since', type: 'integer' },
    { name: 'value', title: 'Value at risk', type: 'decimal' },
    { name: 'currency', title: 'Currency', type: 'code' },
  ],
  async run(context, { days = 180 }) {
    const tables = await context.projection('supply.stock');
    const values = [tables.tenant, context.now().toISOString(), days, Object.values(ACCOUNTS)];
    const rows = await tables.query<Row>(DEAD, values);
    return rows.map((row) => [
      `MedicationKnowledge/${row.product}`,
      `Location/${row.location}`,
      row.quantity,
      row.last,
      row.days,
      row.value,
      row.currency,
    ]);
  },
});

const DEAD = `with ${LOT_COSTS},
there as (
  select l.product, b.location, c.currency, sum(b.on_hand) as quantity, sum(b.on_hand * c.unit_cost) as value,
    min(b.first_in) as first_in
  from @stock_balance b join @stock_lot l on l.tenant = $1 and l.id = b.lot left join cost c on c.lot = b.lot
  where b.tenant = $1 and b.on_hand > 0 and b.location <> all($4::text[])
  group by l.product, b.location, c.currency),
moved as (
  select l.product, e.location, max(e.at) as last
  from @stock_entry e join @stock_lot l on l.tenant = $1 and l.id = e.lot
  where e.tenant = $1 and e.quantity < 0 group by l.product, e.location),
idle as (
  select t.*, coalesce(m.last, t.first_in) as last,
    floor(extract(epoch from $2::timestamptz - coalesce(m.last, t.first_in)) / 86400)::int as days
  from there t left join moved m on m.product = t.product and m.location = t.location)
select product, location, quantity::float8 as quantity, to_char(last at time zone 'UTC', 'YYYY-MM-DD') as last, days,
  ${money('value')} as value, currency
from idle where days >= $3 order by value desc nulls last, product, location`;
