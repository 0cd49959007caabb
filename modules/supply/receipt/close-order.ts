import type { ClinicTransaction, Stored } from '#sdk';
import { idOf } from '../elements.ts';
import { requestIn } from '../request.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';
import { stockTask } from '../task.ts';

/** A line of an order of which all came is completed; of which more or less came, somebody has to look at. */
export async function closeOrder(
  clinic: ClinicTransaction,
  order: Stored<'SupplyRequest'>,
  {
    location,
    posted,
    now,
  }: { readonly location: string; readonly posted: readonly Stored<'SupplyDelivery'>[]; readonly now: Date },
): Promise<readonly Stored<'Task'>[]> {
  const tables = await clinic.projection(TABLES_OF_STOCK);
  const [row] = await tables.query<{ fulfilled: number }>(
    'select fulfilled::float8 as fulfilled from @stock_request where tenant = $1 and id = $2',
    [tables.tenant, order.id],
  );
  const fulfilled = row?.fulfilled ?? 0;
  const ordered = requestIn(order)?.quantity ?? 0;
  if (fulfilled >= ordered)
    await clinic.change('SupplyRequest', order.id, (before) => ({ ...before, status: 'completed' }));
  if (fulfilled === ordered) return [];
  const last = posted.find(({ basedOn }) => basedOn?.some((each) => idOf(each, 'SupplyRequest') === order.id));
  const task = stockTask({
    code: 'discrepancy',
    focus: `SupplyRequest/${order.id}`,
    description: `${ordered} were ordered, ${fulfilled} have come${last === undefined ? '' : `, the last by SupplyDelivery/${last.id}`}.`,
    location: `Location/${location}`,
    at: now,
  });
  return [await clinic.create(task)];
}
