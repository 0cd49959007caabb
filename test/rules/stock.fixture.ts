import { decimalText, defineFaults, defineProjection, type Projection, type Stored } from '../../server/sdk/index.ts';

const faults = defineFaults('sample', {
  notEnough: { status: 422, issue: 'business-rule', text: 'There is less in stock than this takes out.' },
  lotTaken: { status: 409, issue: 'conflict', text: 'This lot number is given already.' },
});

type Delivery = Stored<'SupplyDelivery'>;

/** What a completed delivery adds to and takes from places: in (destination) and out (receiver stands in for the origin). */
function movesOf(delivery: Delivery | undefined): readonly { readonly place: string; readonly by: bigint }[] {
  if (delivery?.status !== 'completed') return [];
  const by = BigInt(decimalText(delivery.suppliedItem?.quantity, 'value') ?? '0');
  const to = delivery.destination?.reference;
  const from = delivery.receiver?.[0]?.reference;
  return [...(to === undefined ? [] : [{ place: to, by }]), ...(from === undefined ? [] : [{ place: from, by: -by }])];
}

/** Balances by place that never fall below zero, and the deliveries that made them. */
export const stock: Projection = defineProjection<'SupplyDelivery'>({
  name: 'sample.stock',
  version: 1,
  on: ['SupplyDelivery'],
  tables: ['stock_balance', 'stock_delivery'],
  ddl:
    `create table @stock_balance (tenant smallint not null, place text not null, on_hand bigint not null, ` +
    `constraint stock_not_negative check (on_hand >= 0), primary key (tenant, place)); ` +
    `create table @stock_delivery (tenant smallint not null, id text not null, lot text, primary key (tenant, id), ` +
    `constraint stock_lot_once unique (tenant, lot));`,
  async project(images, tables) {
    const { tenant } = tables;
    const changes = new Map<string, bigint>();
    const add = (place: string, by: bigint): void => void changes.set(place, (changes.get(place) ?? 0n) + by);
    for (const { before, after } of images) {
      for (const { place, by } of movesOf(before)) add(place, -by);
      for (const { place, by } of movesOf(after)) add(place, by);
    }
    const moved = [...changes].filter(([, by]) => by !== 0n).sort(([a], [b]) => (a < b ? -1 : 1));
    if (moved.length > 0) {
      const values = [tenant, moved.map(([place]) => place), moved.map(([, by]) => String(by))];
      // The row is there and locked before it changes: an insert with a negative number would not meet the CHECK, whatever
      // is there, and a row that is only found may be gone a moment later.
      await tables.query(
        'insert into @stock_balance as b select $1, p, 0 from unnest($2::text[]) p order by p ' +
          'on conflict (tenant, place) do update set on_hand = b.on_hand',
        values.slice(0, 2),
      );
      await tables.query(
        'update @stock_balance b set on_hand = b.on_hand + u.by from unnest($2::text[], $3::bigint[]) u(place, by) ' +
          'where b.tenant = $1 and b.place = u.place',
        values,
      );
      await tables.query(
        'delete from @stock_balance where tenant = $1 and place = any($2::text[]) and on_hand = 0',
        values.slice(0, 2),
      );
    }
    const gone = images.flatMap(({ before }) => (before === undefined ? [] : [before.id]));
    const now = images.flatMap(({ after }) => (after === undefined ? [] : [after]));
    await tables.query('delete from @stock_delivery where tenant = $1 and id = any($2::text[])', [tenant, gone]);
    await tables.query(
      'insert into @stock_delivery select $1, id, lot from unnest($2::text[], $3::text[]) u(id, lot)',
      [tenant, now.map(({ id }) => id), now.map(({ identifier }) => identifier?.[0]?.value ?? null)],
    );
  },
  constraints: { stock_not_negative: faults.notEnough, stock_lot_once: faults.lotTaken },
});

/** Of `quantity` units, from one place to another. */
export function delivery(
  quantity: number,
  from: string | undefined,
  to: string | undefined,
  more: object = {},
): object {
  return {
    resourceType: 'SupplyDelivery',
    status: 'completed',
    suppliedItem: { quantity: { value: quantity } },
    ...(to === undefined ? {} : { destination: { reference: to } }),
    ...(from === undefined ? {} : { receiver: [{ reference: from }] }),
    ...more,
  };
}
