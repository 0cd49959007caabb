import type { ProjectionTables } from '#sdk';

/** A product of which too little is free or on order at a place. Base units. */
export interface ReorderNeed {
  readonly product: string;
  readonly location: string;
  readonly supplier: string | null;
  /** Up to the maximum. */
  readonly quantity: number;
}

interface Narrowed {
  readonly product?: string | undefined;
  readonly location?: string | undefined;
}

/**
 * Where what can be promised (usable, not reserved) and what is on order, drafts too, is no more than the reorder point.
 * @param today `YYYY-MM-DD`: expired lots are not counted
 */
export async function reorderNeeds(
  tables: ProjectionTables,
  today: string,
  { product, location }: Narrowed,
): Promise<readonly ReorderNeed[]> {
  return tables.query<ReorderNeed>(
    `select product, location, supplier, (maximum - free - on_order)::float8 as quantity from (
       select p.product, p.location, p.supplier, p.maximum, p.reorder_point,
         coalesce((select sum(b.on_hand - b.reserved) from @stock_balance b
           join @stock_lot l on l.tenant = $1 and l.id = b.lot and l.product = p.product and l.status = 'active'
             and (l.expires_on is null or l.expires_on >= $2::date)
           where b.tenant = $1 and b.location = p.location), 0) as free,
         coalesce((select sum(greatest(r.quantity - r.fulfilled, 0)) from @stock_request r
           where r.tenant = $1 and r.category = 'purchase' and r.status in ('draft', 'active')
             and r.product = p.product and r.location = p.location), 0) as on_order
       from @stock_policy p
       where p.tenant = $1 and ($3::text is null or p.product = $3) and ($4::text is null or p.location = $4)) levels
     where free + on_order <= reorder_point order by location, product`,
    [tables.tenant, today, product, location],
  );
}
