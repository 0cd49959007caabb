import { TABLES_OF_STOCK, type StockReader } from './stock-tables.ts';

/** How much of a lot is at a place. */
export interface StockLevel {
  /** Ids. */
  readonly location: string;
  readonly product: string;
  readonly lot: string;
  readonly lotNumber: string;
  readonly expiresOn: string | null;
  readonly status: string;
  /** Base units. */
  readonly onHand: number;
  /** What is reserved; of a past moment nothing is known. */
  readonly reserved: number;
  readonly unit: string;
}

export interface StockQuestion {
  /** Id of a Location. */
  readonly location: string;
  /** Id of a MedicationKnowledge, and of a Medication. */
  readonly product?: string | undefined;
  readonly lot?: string | undefined;
  /** How it was at that moment, by the times of occurrence; undefined: now. */
  readonly asOf?: Date | undefined;
  /** Also places that are part of it. */
  readonly includeChildren?: boolean | undefined;
}

/** What is there, by place and lot; what is not there has no row. */
export async function stockOnHand(context: StockReader, question: StockQuestion): Promise<readonly StockLevel[]> {
  const { location, product, lot, asOf, includeChildren = false } = question;
  const tables = await context.projection(TABLES_OF_STOCK);
  return tables.query<StockLevel>(
    `with recursive places as (
       select id, 0 as depth from @stock_place where tenant = $1 and id = $2
       union select c.id, p.depth + 1 from @stock_place c join places p on c.part_of = p.id
         where c.tenant = $1 and $3 and p.depth < 12),
     levels as (${asOf === undefined ? NOW : THEN})
     select v.location, l.product, v.lot, l.lot_number as "lotNumber", l.expires_on::text as "expiresOn", l.status,
       v.on_hand::float8 as "onHand", v.reserved::float8 as reserved, p.base_unit as unit
     from levels v
     join @stock_lot l on l.tenant = $1 and l.id = v.lot
     join @stock_product p on p.tenant = $1 and p.id = l.product
     where v.on_hand <> 0 and ($4::text is null or l.product = $4) and ($5::text is null or v.lot = $5)
     order by v.location, l.product, l.expires_on nulls last, v.lot`,
    [tables.tenant, location, includeChildren, product, lot, ...(asOf === undefined ? [] : [asOf.toISOString()])],
  );
}

const NOW = `select b.location, b.lot, b.on_hand, b.reserved from @stock_balance b
  where b.tenant = $1 and b.location in (select id from places)`;

const THEN = `select e.location, e.lot, sum(e.quantity) as on_hand, 0 as reserved from @stock_entry e
  where e.tenant = $1 and e.location in (select id from places) and e.at <= $6::timestamptz group by e.location, e.lot`;
