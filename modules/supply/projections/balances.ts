import type { Image, ProjectionTables, TypeName } from '#sdk';
import { isAccount } from '../accounts.ts';
import { entriesOf, movementIn, type Movement } from '../movement.ts';
import { isReserving, requestIn } from '../request.ts';
import { imagesOf } from './images.ts';
import { projectRequests } from './requests.ts';

/** What happens to the balance of a lot at a place. */
interface Delta {
  readonly location: string;
  readonly lot: string;
  by: number;
  /** Whether the first receipt, or what is reserved, has to be looked up again. */
  isFirstNew: boolean;
  isReservedNew: boolean;
}

/**
 * Movements, their entries, and the balances. Rows of balances are locked first, in one order for all writers: from there to
 * the commit nobody else changes them, so that rules and CHECKs see what will be.
 */
export async function projectBalances(images: readonly Image<TypeName>[], tables: ProjectionTables): Promise<void> {
  const movements = imagesOf(images, 'SupplyDelivery', movementIn);
  const requests = imagesOf(images, 'SupplyRequest', requestIn);
  const deltas = deltasOf(movements.before, movements.after);
  for (const request of [...requests.before, ...requests.after].filter(isReserving)) {
    if (request.lot !== undefined) deltaOf(deltas, request.location, request.lot).isReservedNew = true;
  }
  await lockBalances(tables, [...deltas.values()]);
  if (movements.before.length > 0) await remove(tables, movements.before);
  if (movements.after.length > 0) await add(tables, movements.after);
  for (const pair of await projectRequests(movements, requests, tables)) {
    deltaOf(deltas, pair.location, pair.lot).isReservedNew = true;
  }
  await updateBalances(tables, [...deltas.values()]);
  if (movements.before.length + requests.before.length > 0) await removeEmpty(tables, [...deltas.values()]);
}

function deltasOf(before: readonly Movement[], after: readonly Movement[]): Map<string, Delta> {
  const deltas = new Map<string, Delta>();
  for (const [movements, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    for (const entry of movements.flatMap(entriesOf)) {
      const delta = deltaOf(deltas, entry.location, entry.lot);
      delta.by += sign * entry.quantity;
      if (entry.quantity > 0) delta.isFirstNew = true;
    }
  }
  return deltas;
}

function deltaOf(deltas: Map<string, Delta>, location: string, lot: string): Delta {
  const key = `${location} ${lot}`;
  const known = deltas.get(key);
  if (known !== undefined) return known;
  const made: Delta = { location, lot, by: 0, isFirstNew: false, isReservedNew: false };
  deltas.set(key, made);
  return made;
}

/** Accounts last: those who allocate hold rows of places already, and would wait for each other. */
async function lockBalances(tables: ProjectionTables, deltas: readonly Delta[]): Promise<void> {
  if (deltas.length === 0) return;
  const key = ({ location, lot }: Delta): string => `${isAccount(location) ? '1' : '0'} ${location} ${lot}`;
  const sorted = [...deltas].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  await tables.query(
    `insert into @stock_balance as b (tenant, location, lot, on_hand, reserved)
     select $1, u.location, u.lot, 0, 0 from unnest($2::text[], $3::text[]) with ordinality u(location, lot, n) order by n
     on conflict (tenant, location, lot) do update set on_hand = b.on_hand`,
    [tables.tenant, sorted.map(({ location }) => location), sorted.map(({ lot }) => lot)],
  );
}

async function remove(tables: ProjectionTables, movements: readonly Movement[]): Promise<void> {
  await tables.query(
    `with gone as (delete from @stock_movement where tenant = $1 and id = any($2::text[]))
     delete from @stock_entry where tenant = $1 and movement = any($2::text[])`,
    [tables.tenant, movements.map(({ id }) => id)],
  );
}

async function add(tables: ProjectionTables, movements: readonly Movement[]): Promise<void> {
  const rows = movements.map((movement) => ({
    ...movement,
    unitCost: movement.unitCost?.value,
    currency: movement.unitCost?.currency,
  }));
  const entries = movements.flatMap((movement) =>
    entriesOf(movement).map((entry, line) => ({ ...entry, movement: movement.id, line })),
  );
  await tables.query(
    `with moved as (
       insert into @stock_movement (tenant, id, type, status, lot, origin, destination, quantity, received, at, ended_at,
         reverses, part_of, based_on, unit_cost, currency)
       select $1, id, type, status, lot, origin, destination, quantity, received, at, "endedAt", reverses, "partOf", "basedOn", "unitCost", currency
       from jsonb_to_recordset($2::jsonb) x("id" text, "type" text, "status" text, "lot" text, "origin" text,
         "destination" text, "quantity" bigint, "received" bigint, "at" timestamptz, "endedAt" timestamptz, "reverses" text,
         "partOf" text, "basedOn" text[], "unitCost" numeric, "currency" text))
     insert into @stock_entry (tenant, movement, line, location, lot, quantity, at)
     select $1, movement, line, location, lot, quantity, at
     from jsonb_to_recordset($3::jsonb) x("movement" text, "line" smallint, "location" text, "lot" text, "quantity" bigint,
       "at" timestamptz)`,
    [tables.tenant, JSON.stringify(rows), JSON.stringify(entries)],
  );
}

async function updateBalances(tables: ProjectionTables, deltas: readonly Delta[]): Promise<void> {
  const changed = deltas.filter(({ by, isFirstNew, isReservedNew }) => by !== 0 || isFirstNew || isReservedNew);
  if (changed.length === 0) return;
  await tables.query(
    `update @stock_balance b set on_hand = b.on_hand + u.by,
       first_in = case when u.first then (select min(e.at) from @stock_entry e
         where e.tenant = $1 and e.location = b.location and e.lot = b.lot and e.quantity > 0) else b.first_in end,
       reserved = case when u.reserved then (select coalesce(sum(greatest(r.quantity - r.fulfilled, 0)), 0)
         from @stock_request r where r.tenant = $1 and r.location = b.location and r.lot = b.lot
           and r.category = 'reservation' and r.status = 'active') else b.reserved end
     from unnest($2::text[], $3::text[], $4::bigint[], $5::boolean[], $6::boolean[]) u(location, lot, by, first, reserved)
     where b.tenant = $1 and b.location = u.location and b.lot = u.lot`,
    [
      tables.tenant,
      changed.map(({ location }) => location),
      changed.map(({ lot }) => lot),
      changed.map(({ by }) => by),
      changed.map(({ isFirstNew }) => isFirstNew),
      changed.map(({ isReservedNew }) => isReservedNew),
    ],
  );
}

/** Of what is no longer there no rows stay, as none would be made by a rebuild. */
async function removeEmpty(tables: ProjectionTables, deltas: readonly Delta[]): Promise<void> {
  if (deltas.length === 0) return;
  await tables.query(
    `delete from @stock_balance b using unnest($2::text[], $3::text[]) u(location, lot)
     where b.tenant = $1 and b.location = u.location and b.lot = u.lot and b.on_hand = 0 and b.reserved = 0
       and not exists (select from @stock_entry e where e.tenant = $1 and e.location = b.location and e.lot = b.lot)`,
    [tables.tenant, deltas.map(({ location }) => location), deltas.map(({ lot }) => lot)],
  );
}
