import { defineReport } from '#sdk';
import { addDays, lastDay, localDay } from '../local-day.ts';

interface Row {
  readonly supplier: string;
  readonly lines: number;
  readonly leadDays: string | null;
  readonly onTime: string | null;
  readonly fill: string;
  readonly rejected: string;
  readonly score: string | null;
}

export const vendorPerformance = defineReport({
  id: 'vendor-performance',
  title: 'Performance of suppliers',
  text: 'Of lines of orders that were ordered in a time: mean days to the last receipt; share that came within the lead time of the stock policy; share of the ordered quantity that came and stayed (no line more than what was ordered); share of what came that was sent back. The score is 40 % on time, 40 % fill rate and 20 % not sent back. Lines without a receipt are not on time.',
  roles: ['pharmacist', 'administrator'],
  input: {
    from: { type: 'date', text: 'First day of orders, UTC; default a year before the last.' },
    to: { type: 'date', text: 'Last day of orders, UTC; default today.' },
  },
  columns: [
    { name: 'supplier', title: 'Supplier', type: 'string' },
    { name: 'lines', title: 'Lines', type: 'integer' },
    { name: 'lead-days', title: 'Lead time, days', type: 'decimal' },
    { name: 'on-time', title: 'On time, %', type: 'decimal' },
    { name: 'fill', title: 'Fill rate, %', type: 'decimal' },
    { name: 'rejected', title: 'Sent back, %', type: 'decimal' },
    { name: 'score', title: 'Score, 0 to 100', type: 'decimal' },
  ],
  async run(context, input) {
    const to = lastDay(input.to ?? localDay(context.now(), undefined));
    const from = input.from === undefined ? addDays(to, -364) : addDays(input.from, 0);
    const tables = await context.projection('supply.stock');
    const rows = await tables.query<Row>(VENDORS, [tables.tenant, from, addDays(to, 1)]);
    return rows.map((row) => [
      `Organization/${row.supplier}`,
      row.lines,
      row.leadDays,
      row.onTime,
      row.fill,
      row.rejected,
      row.score,
    ]);
  },
});

const VENDORS = `with lines as (
  select r.supplier, r.quantity, least(greatest(r.fulfilled, 0), r.quantity) as kept, r.authored_on, p.lead_time,
    (select max(m.at) from @stock_movement m where m.tenant = $1 and m.type = 'receipt' and r.id = any(m.based_on)) as received_at,
    (select coalesce(sum(m.quantity), 0) from @stock_movement m
      where m.tenant = $1 and m.type = 'receipt' and r.id = any(m.based_on)) as came,
    (select coalesce(sum(m.quantity), 0) from @stock_movement m
      where m.tenant = $1 and m.type = 'supplier-return' and r.id = any(m.based_on)) as returned
  from @stock_request r
  left join @stock_policy p on p.tenant = $1 and p.product = r.product and p.location = r.location
  where r.tenant = $1 and r.category = 'purchase' and r.status in ('active', 'completed') and r.supplier is not null
    and r.authored_on >= $2::timestamp at time zone 'UTC' and r.authored_on < $3::timestamp at time zone 'UTC'),
rates as (
  select supplier, count(*)::int as lines,
    avg(extract(epoch from received_at - authored_on) / 86400) as lead_days,
    avg(case when lead_time is null then null
      when received_at <= authored_on + make_interval(days => lead_time) then 1 else 0 end) as on_time,
    sum(kept)::numeric / sum(quantity) as fill,
    case when sum(came) = 0 then 0 else sum(returned) / sum(came) end as rejected
  from lines group by supplier)
select supplier, lines, round(lead_days, 2)::text as "leadDays", round(100 * on_time, 2)::text as "onTime",
  round(100 * fill, 2)::text as fill, round(100 * rejected, 2)::text as rejected,
  round(100 * (0.4 * on_time + 0.4 * fill + 0.2 * (1 - rejected)), 2)::text as score
from rates order by supplier`;
