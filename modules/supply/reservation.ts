import type { Clinic, ClinicTransaction, Stored } from '#sdk';
import { allocate, type StockWish } from './allocation.ts';
import { codeSystem, structure } from './names.ts';
import { isReserving, requestIn } from './request.ts';
import { TABLES_OF_STOCK } from './stock-tables.ts';

interface ReservationOptions {
  /** dateTime; default after the setting reservation-hours. */
  readonly until?: string | undefined;
  /** `MedicationRequest/1`: for what. */
  readonly cause?: string | undefined;
}

/** Keeps stock for somebody: one SupplyRequest for each lot whose turn it is. @throws Fault 409 when it is not all free */
export async function reserve(
  clinic: ClinicTransaction,
  wish: StockWish,
  { until, cause }: ReservationOptions = {},
): Promise<readonly Stored<'SupplyRequest'>[]> {
  const plans = await allocate(clinic, [wish]);
  const reservations: Stored<'SupplyRequest'>[] = [];
  for (const { lot, quantity } of plans.flatMap(({ lots }) => lots)) {
    const extension = [
      ...(until === undefined ? [] : [{ url: structure('reservation-expires'), valueDateTime: until }]),
      ...(cause === undefined ? [] : [{ url: structure('reservation-cause'), valueReference: { reference: cause } }]),
    ];
    reservations.push(
      await clinic.create({
        resourceType: 'SupplyRequest',
        status: 'active',
        category: { coding: [{ system: codeSystem('supply-category'), code: 'reservation' }] },
        itemReference: { reference: `Medication/${lot}` },
        quantity: { value: quantity },
        deliverFrom: { reference: `Location/${wish.location}` },
        ...(extension.length === 0 ? {} : { extension }),
      }),
    );
  }
  return reservations;
}

/** Sets what is no longer needed free. Undefined when it is no active reservation. */
export async function release(clinic: Clinic, id: string): Promise<Stored<'SupplyRequest'> | undefined> {
  const request = requestIn(await clinic.read('SupplyRequest', id));
  if (request === undefined || !isReserving(request)) return undefined;
  return clinic.change('SupplyRequest', id, (before) =>
    before.status === 'active' ? { ...before, status: 'cancelled' } : before,
  );
}

/**
 * Cancels reservations of a lot at a place, newest first, until no more than `most` base units are reserved.
 * @returns what was cancelled
 */
export async function releaseDownTo(
  clinic: ClinicTransaction,
  { location, lot, most }: { readonly location?: string; readonly lot: string; readonly most: number },
): Promise<readonly Stored<'SupplyRequest'>[]> {
  const tables = await clinic.projection(TABLES_OF_STOCK);
  const rows = await tables.query<{ id: string; left: number }>(
    `select id, greatest(quantity - fulfilled, 0)::float8 as left from @stock_request
     where tenant = $1 and lot = $2 and ($3::text is null or location = $3) and category = 'reservation' and status = 'active'
     order by authored_on desc nulls first, id desc`,
    [tables.tenant, lot, location],
  );
  let reserved = rows.reduce((sum, { left }) => sum + left, 0);
  const released: Stored<'SupplyRequest'>[] = [];
  for (const { id, left } of rows) {
    if (reserved <= most) break;
    const request = await release(clinic, id);
    reserved -= left;
    if (request !== undefined) released.push(request);
  }
  return released;
}
