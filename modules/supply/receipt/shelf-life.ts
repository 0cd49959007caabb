import type { ClinicTransaction, Stored } from '#sdk';
import { addDays, localDay } from '../local-day.ts';
import { lotIn } from '../lot.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';
import { stockTask } from '../task.ts';

/** A Task when the lot is good for a shorter time than the place's policy asks; it is there all the same. */
export async function shelfLifeTask(
  clinic: ClinicTransaction,
  lot: Stored<'Medication'>,
  { product, location, now }: { readonly product: string; readonly location: string; readonly now: Date },
): Promise<Stored<'Task'> | undefined> {
  const expiresOn = lotIn(lot)?.expiresOn ?? null;
  if (expiresOn === null) return undefined;
  const tables = await clinic.projection(TABLES_OF_STOCK);
  const [policy] = await tables.query<{ days: number }>(
    `select minimum_shelf_life as days from @stock_policy
     where tenant = $1 and product = $2 and location = $3 and minimum_shelf_life is not null`,
    [tables.tenant, product, location],
  );
  const least = addDays(localDay(now, undefined), policy?.days ?? 0);
  if (expiresOn >= least) return undefined;
  return clinic.create(
    stockTask({
      code: 'discrepancy',
      focus: `Medication/${lot.id}`,
      description: `The lot expires on ${expiresOn}; it was to be good through ${least} at least.`,
      location: `Location/${location}`,
      at: now,
    }),
  );
}
