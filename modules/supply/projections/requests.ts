import type { ProjectionTables } from '#sdk';
import type { Movement } from '../movement.ts';
import type { StockRequest } from '../request.ts';

interface Sides<R> {
  readonly before: readonly R[];
  readonly after: readonly R[];
}

/**
 * Requests, and how much of each is fulfilled. A row that only movements made (their request is none of ours, or comes
 * later in a rebuild) has no category.
 * @returns where reservations changed that balances have to follow
 */
export async function projectRequests(
  movements: Sides<Movement>,
  requests: Sides<StockRequest>,
  tables: ProjectionTables,
): Promise<readonly { readonly location: string; readonly lot: string }[]> {
  const fulfilled = fulfilledBy(movements);
  const ids = [...new Set([...fulfilled.keys(), ...requests.before.map(({ id }) => id)])].sort();
  if (requests.before.length > 0) {
    await tables.query(
      `update @stock_request set category = null, status = null, lot = null, product = null, location = null,
         quantity = null, supplier = null, authored_on = null, expires_at = null
       where tenant = $1 and id = any($2::text[])`,
      [tables.tenant, requests.before.map(({ id }) => id)],
    );
  }
  if (requests.after.length > 0) await add(tables, requests.after);
  if (fulfilled.size > 0) {
    await tables.query(
      `insert into @stock_request as r (tenant, id, fulfilled)
       select $1, u.id, u.by from unnest($2::text[], $3::bigint[]) u(id, by) order by u.id
       on conflict (tenant, id) do update set fulfilled = r.fulfilled + excluded.fulfilled`,
      [tables.tenant, [...fulfilled.keys()], [...fulfilled.values()]],
    );
  }
  if (ids.length === 0) return [];
  await tables.query(
    `delete from @stock_request where tenant = $1 and id = any($2::text[]) and category is null and fulfilled = 0`,
    [tables.tenant, ids],
  );
  return tables.query<{ location: string; lot: string }>(
    `select distinct location, lot from @stock_request
     where tenant = $1 and id = any($2::text[]) and category = 'reservation' and status = 'active'`,
    [tables.tenant, ids],
  );
}

/** By request: what comes back is no longer fulfilled. */
function fulfilledBy({ before, after }: Sides<Movement>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [movements, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    for (const movement of movements) {
      for (const id of movement.basedOn) sums.set(id, (sums.get(id) ?? 0) + sign * contribution(movement));
    }
  }
  return new Map([...sums].filter(([, sum]) => sum !== 0));
}

function contribution({ type, status, quantity }: Movement): number {
  if (status === 'abandoned') return 0;
  return type === 'reversal' || type === 'supplier-return' || type === 'patient-return' ? -quantity : quantity;
}

async function add(tables: ProjectionTables, requests: readonly StockRequest[]): Promise<void> {
  await tables.query(
    `insert into @stock_request (tenant, id, category, status, lot, product, location, quantity, supplier, authored_on,
       expires_at, fulfilled)
     select $1, id, category, status, lot, product, location, quantity, supplier, "authoredOn", "expiresAt", 0
     from jsonb_to_recordset($2::jsonb) x("id" text, "category" text, "status" text, "lot" text, "product" text,
       "location" text, "quantity" bigint, "supplier" text, "authoredOn" timestamptz, "expiresAt" timestamptz)
     order by id
     on conflict (tenant, id) do update set category = excluded.category, status = excluded.status, lot = excluded.lot,
       product = excluded.product, location = excluded.location, quantity = excluded.quantity,
       supplier = excluded.supplier, authored_on = excluded.authored_on, expires_at = excluded.expires_at`,
    [tables.tenant, JSON.stringify(requests)],
  );
}
