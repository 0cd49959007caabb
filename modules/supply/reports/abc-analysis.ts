import { defineReport } from '#sdk';
import { addDays, lastDay, localDay } from '../local-day.ts';
import { LOT_COSTS, money } from './lot-costs.ts';

interface Row {
  readonly product: string;
  readonly quantity: number;
  readonly value: string;
  readonly currency: string;
  readonly share: string;
  readonly cumulative: string;
  readonly class: string;
}

export const abcAnalysis = defineReport({
  id: 'stock-abc-analysis',
  title: 'ABC analysis',
  text: 'Products by the value that was issued to patients, less returns. Those that make up the first 80 % of it are A, those up to 95 % B, the others C; a product is in the class in which its share begins. Equal values go by the id of the product.',
  roles: ['pharmacist', 'administrator'],
  input: {
    from: { type: 'date', text: 'First day, UTC; default a year before the last.' },
    to: { type: 'date', text: 'Last day, UTC; default today.' },
  },
  columns: [
    { name: 'product', title: 'Product', type: 'string' },
    { name: 'quantity', title: 'Base units', type: 'integer' },
    { name: 'value', title: 'Value', type: 'decimal' },
    { name: 'currency', title: 'Currency', type: 'code' },
    { name: 'share', title: 'Share, %', type: 'decimal' },
    { name: 'cumulative', title: 'Cumulative, %', type: 'decimal' },
    { name: 'class', title: 'Class', type: 'code' },
  ],
  async run(context, input) {
    const to = lastDay(input.to ?? localDay(context.now(), undefined));
    const from = input.from === undefined ? addDays(to, -364) : addDays(input.from, 0);
    const tables = await context.projection('supply.stock');
    const rows = await tables.query<Row>(ABC, [tables.tenant, from, addDays(to, 1)]);
    return rows.map((row) => [
      `MedicationKnowledge/${row.product}`,
      row.quantity,
      row.value,
      row.currency,
      row.share,
      row.cumulative,
      row.class,
    ]);
  },
});

const ABC = `with ${LOT_COSTS},
issued as (
  select l.product, coalesce(c.currency, '') as currency, sum(e.quantity) as quantity,
    sum(e.quantity * coalesce(c.unit_cost, 0)) as value
  from @stock_entry e join @stock_lot l on l.tenant = $1 and l.id = e.lot left join cost c on c.lot = e.lot
  where e.tenant = $1 and e.location = 'stock-patient'
    and e.at >= $2::timestamp at time zone 'UTC' and e.at < $3::timestamp at time zone 'UTC'
  group by l.product, coalesce(c.currency, '')),
summed as (
  select product, currency, quantity, greatest(value, 0) as value,
    sum(greatest(value, 0)) over (partition by currency) as total,
    sum(greatest(value, 0)) over (partition by currency order by greatest(value, 0) desc, product
      rows unbounded preceding) as running
  from issued)
select product, quantity::float8 as quantity, ${money('value')} as value, currency,
  case when total = 0 then '0' else round(100 * value / total, 2)::text end as share,
  case when total = 0 then '0' else round(100 * running / total, 2)::text end as cumulative,
  case when total = 0 or value = 0 then 'C' when running - value < 0.80 * total then 'A'
    when running - value < 0.95 * total then 'B' else 'C' end as class
from summed order by currency, value desc, product`;
