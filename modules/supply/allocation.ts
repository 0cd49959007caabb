import type { ClinicTransaction, ProjectionTables } from '#sdk';
import { faults } from './faults.ts';
import { localDay } from './local-day.ts';
import { TABLES_OF_STOCK, type StockReader } from './stock-tables.ts';

/** What is wanted: base units of a product at a place. */
export interface StockWish {
  /** Id of the Location. */
  readonly location: string;
  /** Id of the MedicationKnowledge. */
  readonly product: string;
  readonly quantity: number;
  readonly at: Date;
  /** `YYYY-MM-DD`: the lots must be good at least through this day. */
  readonly minimumExpiry?: string | undefined;
  /** Id of a lot that is chosen, whatever its turn is. */
  readonly lot?: string | undefined;
  /** Ids of reservations (SupplyRequest) that may be used up. */
  readonly reservations?: readonly string[] | undefined;
}

export interface PlannedLot {
  /** Id of the Medication. */
  readonly lot: string;
  readonly lotNumber: string;
  readonly expiresOn: string | null;
  readonly quantity: number;
  /** Reservations of this lot that are used up by it: `basedOn` of the movement. */
  readonly reservations: readonly string[];
  /** Reason for which lots that come first were passed over: `reason` of the movement. */
  readonly reason: string | undefined;
}

export interface StockPlan {
  readonly lots: readonly PlannedLot[];
  /** Usable and not reserved for others, all lots together. */
  readonly available: number;
  /** What is missing for the quantity. */
  readonly missing: number;
}

interface LotRow {
  readonly lot: string;
  readonly lotNumber: string;
  readonly expiresOn: string | null;
  readonly free: number;
  readonly own: number;
  readonly zone: string | null;
  readonly kind: string | null;
  readonly policy: string | null;
}

/**
 * Which lots would be used: usable ones, in the order of the place's policy (first expired, then first received, then id),
 * without writing.
 */
export async function availability(context: StockReader, wish: StockWish): Promise<StockPlan> {
  return planOf(await usableLots(await context.projection(TABLES_OF_STOCK), wish), wish);
}

/**
 * The same under lock: until the end of the transaction nobody else takes from these balances.
 * @throws Fault 409 when it is not all there
 */
export async function allocate(
  clinic: Pick<ClinicTransaction, 'lock' | 'projection'>,
  wishes: readonly StockWish[],
): Promise<readonly StockPlan[]> {
  await clinic.lock(...new Set(wishes.map(({ location, product }) => `stock ${location} ${product}`)));
  const tables = await clinic.projection(TABLES_OF_STOCK);
  await lockRows(tables, wishes);
  const plans: StockPlan[] = [];
  const taken = new Map<string, number>();
  for (const wish of wishes) {
    const plan = planOf(await usableLots(tables, wish), wish, taken);
    if (plan.missing > 0) throw faults.insufficientStock();
    plans.push(plan);
  }
  return plans;
}

/** Raw movements take no lock by name: the rows are where all writers meet, in one order (accounts come later). */
async function lockRows(tables: ProjectionTables, wishes: readonly StockWish[]): Promise<void> {
  await tables.query(
    `select from @stock_balance b join @stock_lot l on l.tenant = $1 and l.id = b.lot
     join unnest($2::text[], $3::text[]) w(location, product) on w.location = b.location and w.product = l.product
     where b.tenant = $1 order by b.location, b.lot for update of b`,
    [tables.tenant, wishes.map(({ location }) => location), wishes.map(({ product }) => product)],
  );
}

async function usableLots(tables: ProjectionTables, wish: StockWish): Promise<readonly LotRow[]> {
  return tables.query<LotRow>(
    `select b.lot, l.lot_number as "lotNumber", l.expires_on::text as "expiresOn",
       (b.on_hand - b.reserved)::float8 as free,
       coalesce((select sum(greatest(r.quantity - r.fulfilled, 0)) from @stock_request r where r.tenant = $1
         and r.id = any($4::text[]) and r.category = 'reservation' and r.status = 'active'
         and r.location = b.location and r.lot = b.lot), 0)::float8 as own,
       pl.kind, po.issue_order as policy,
       (with recursive around as (
           select zone, part_of, 0 as depth from @stock_place where tenant = $1 and id = $2
           union all select o.zone, o.part_of, a.depth + 1 from @stock_place o join around a on o.id = a.part_of
             where o.tenant = $1 and a.depth < 12)
         select zone from around where zone is not null order by depth limit 1) as zone
     from @stock_balance b
     join @stock_lot l on l.tenant = $1 and l.id = b.lot and l.product = $3 and l.status = 'active'
     left join @stock_place pl on pl.tenant = $1 and pl.id = $2
     left join @stock_policy po on po.tenant = $1 and po.location = $2 and po.product = $3
     where b.tenant = $1 and b.location = $2 and b.on_hand > 0
     order by case when po.issue_order = 'fifo' then b.first_in end, l.expires_on nulls last, b.first_in, b.lot`,
    [tables.tenant, wish.location, wish.product, wish.reservations ?? []],
  );
}

/** @param taken base units by place and lot that earlier wishes of the same transaction have taken */
function planOf(rows: readonly LotRow[], wish: StockWish, taken = new Map<string, number>()): StockPlan {
  const lots: PlannedLot[] = [];
  let [left, available, passed] = [wish.quantity, 0, false];
  for (const row of rows) {
    if (row.kind === 'quarantine' || row.kind === 'in-transit') continue;
    if (row.expiresOn !== null && row.expiresOn < localDay(wish.at, row.zone)) continue;
    const key = `${wish.location} ${row.lot}`;
    const usable = row.free + row.own - (taken.get(key) ?? 0);
    if (usable <= 0 || (wish.lot !== undefined && wish.lot !== row.lot)) continue;
    if (wish.minimumExpiry !== undefined && row.expiresOn !== null && row.expiresOn < wish.minimumExpiry) {
      passed = true;
      continue;
    }
    available += usable;
    const quantity = Math.min(usable, left);
    if (quantity <= 0) continue;
    taken.set(key, (taken.get(key) ?? 0) + quantity);
    left -= quantity;
    lots.push({
      lot: row.lot,
      lotNumber: row.lotNumber,
      expiresOn: row.expiresOn,
      quantity,
      reservations: row.own > 0 ? (wish.reservations ?? []) : [],
      reason: passed ? 'days-supply' : undefined,
    });
  }
  return { lots, available, missing: left };
}
