import type { ClinicReader, ProjectionTables } from '#sdk';
import { entriesOf, movementIn } from './movement.ts';
import { TABLES_OF_STOCK, type StockReader } from './stock-tables.ts';

/** A balance that is not what the ledger says. Base units. */
interface Drift {
  readonly location: string;
  readonly lot: string;
  readonly ledger: number;
  readonly balance: number;
}

const MOVEMENTS = 'movement-type:missing=false';
/** Beyond these many movements the entries of the projection are added up, in the database. */
const MOST = 20_000;

/** Adds the ledger up anew, from the resources themselves where they are not too many, and compares with the balances. */
export async function stockDrift(context: ClinicReader & StockReader): Promise<readonly Drift[]> {
  const tables = await context.projection(TABLES_OF_STOCK);
  const balances = await tables.query<{ location: string; lot: string; balance: number }>(
    'select location, lot, on_hand::float8 as balance from @stock_balance where tenant = $1',
    [tables.tenant],
  );
  const isSmall = (await context.count('SupplyDelivery', MOVEMENTS)) <= MOST;
  const sums = isSmall ? await sumsOfResources(context) : await sumsOfEntries(tables);
  const known = new Map(balances.map(({ location, lot, balance }) => [`${location} ${lot}`, balance]));
  return [...new Set([...sums.keys(), ...known.keys()])].sort().flatMap((key) => {
    const [ledger, balance] = [sums.get(key) ?? 0, known.get(key) ?? 0];
    const [location = '', lot = ''] = key.split(' ');
    return ledger === balance ? [] : [{ location, lot, ledger, balance }];
  });
}

async function sumsOfResources(context: ClinicReader): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  for (const delivery of await context.search('SupplyDelivery', `${MOVEMENTS}&_sort=_id`, 2 * MOST)) {
    const movement = movementIn(delivery);
    for (const { location, lot, quantity } of movement === undefined ? [] : entriesOf(movement)) {
      const key = `${location} ${lot}`;
      sums.set(key, (sums.get(key) ?? 0) + quantity);
    }
  }
  return sums;
}

async function sumsOfEntries(tables: ProjectionTables): Promise<ReadonlyMap<string, number>> {
  const rows = await tables.query<{ key: string; sum: number }>(
    `select location || ' ' || lot as key, sum(quantity)::float8 as sum from @stock_entry where tenant = $1
     group by location, lot`,
    [tables.tenant],
  );
  return new Map(rows.map(({ key, sum }) => [key, sum]));
}
