import type { ProjectionTables } from '#sdk';
import { isAccount, TRANSIT } from './accounts.ts';
import type { Movement } from './movement.ts';

/** What the ledger and the master data say around a movement that is in it. */
export interface LedgerFacts {
  /** Null: no lot of a known product. */
  readonly baseUnit: string | null;
  readonly status: string | null;
  readonly expiresOn: string | null;
  /** How many of its two places are Locations here. */
  readonly places: number;
  /** Of the origin. */
  readonly kind: string | null;
  readonly zone: string | null;
  readonly policy: 'fefo' | 'fifo' | null;
  /** When the lot came to the origin first, as text that sorts. */
  readonly firstIn: string | null;
  /** Whether it uses a reservation of its lot at its origin. */
  readonly reserves: boolean;
  /** Active lots of the product of which something is free at the origin. */
  readonly others: readonly { readonly expiresOn: string | null; readonly firstIn: string | null }[];
  /** What it reverses, with how much of that is left. */
  readonly reversed:
    | {
        readonly type: string;
        readonly status: string;
        readonly lot: string;
        readonly origin: string;
        readonly destination: string;
        readonly at: string;
        readonly left: number;
      }
    | undefined;
  /** Base units that left the transit account as part of it. */
  readonly explained: number;
  /** What is still missing of the transfer that it is a part of; less than nothing: more was written off than is missing. */
  readonly parentLeft: number;
  /** Whether one of its places would have had less than nothing at some moment from it on. */
  readonly wouldBeNegative: boolean;
}

/** One statement, since every movement asks it. */
export async function ledgerFacts(movement: Movement, tables: ProjectionTables): Promise<LedgerFacts> {
  const isIssue = movement.type === 'issue';
  const guarded = [movement.origin, movement.destination, TRANSIT].filter((place) => !isAccount(place));
  const values: unknown[] = [
    tables.tenant,
    movement.id,
    movement.lot,
    movement.origin,
    movement.destination,
    guarded,
    movement.at,
    ...(isIssue ? [movement.basedOn] : []),
    ...(movement.reverses === undefined ? [] : [movement.reverses]),
  ];
  const reversed = movement.reverses === undefined ? 'null as reversed' : reversalAt(values.length);
  const parentLeft =
    movement.origin === TRANSIT ? parentLeftAt(values.push(movement.partOf ?? '')) : '0 as "parentLeft"';
  const [facts] = await tables.query<LedgerFacts>(
    `select p.base_unit as "baseUnit", l.status, l.expires_on::text as "expiresOn",
       (select count(*)::int from @stock_place where tenant = $1 and id in ($4, $5)) as places,
       ${isIssue ? ISSUE : NO_ISSUE},
       ${reversed},
       ${movement.endedAt === undefined ? '0 as explained' : EXPLAINED},
       ${parentLeft},
       ${NEGATIVE} as "wouldBeNegative"
     from (select $2::text, $3::text, $4::text, $5::text, $6::text[], $7::timestamptz) given
     left join @stock_lot l on l.tenant = $1 and l.id = $3
     left join @stock_product p on p.tenant = $1 and p.id = l.product`,
    values,
  );
  if (facts === undefined) throw new Error('a select without a condition has a row');
  return { ...facts, reversed: facts.reversed ?? undefined };
}

const TIME = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;

/** Zones are inherited from the place around. */
const ZONE = `(with recursive around as (
    select zone, part_of, 0 as depth from @stock_place where tenant = $1 and id = $4
    union all select o.zone, o.part_of, a.depth + 1 from @stock_place o join around a on o.id = a.part_of
      where o.tenant = $1 and a.depth < 12)
  select zone from around where zone is not null order by depth limit 1)`;

const ISSUE = `(select kind from @stock_place where tenant = $1 and id = $4) as kind,
  ${ZONE} as zone,
  (select issue_order from @stock_policy where tenant = $1 and product = l.product and location = $4) as policy,
  (select to_char(first_in at time zone 'UTC', ${TIME}) from @stock_balance where tenant = $1 and location = $4 and lot = $3)
    as "firstIn",
  exists (select from @stock_request where tenant = $1 and id = any($8::text[]) and category = 'reservation'
    and status in ('active', 'completed') and lot = $3 and location = $4 and fulfilled <= quantity) as reserves,
  (select coalesce(jsonb_agg(jsonb_build_object('expiresOn', o.expires_on::text,
      'firstIn', to_char(b.first_in at time zone 'UTC', ${TIME}))), '[]')
    from @stock_lot o join @stock_balance b on b.tenant = $1 and b.location = $4 and b.lot = o.id
    where o.tenant = $1 and o.product = l.product and o.id <> $3 and o.status = 'active' and b.on_hand > b.reserved)
    as others`;

const NO_ISSUE = `null as kind, null as zone, null as policy, null as "firstIn", false as reserves, '[]'::jsonb as others`;

function reversalAt(place: number): string {
  return `(select jsonb_build_object('type', r.type, 'status', r.status, 'lot', r.lot, 'origin', r.origin,
      'destination', r.destination, 'at', to_char(coalesce(r.ended_at, r.at) at time zone 'UTC', ${TIME}),
      'left', r.received - (select sum(x.quantity) from @stock_movement x where x.tenant = $1 and x.reverses = r.id))
    from @stock_movement r where r.tenant = $1 and r.id = $${place}) as reversed`;
}

const EXPLAINED = `(select coalesce(sum(m.quantity), 0)::int from @stock_movement m where m.tenant = $1 and m.part_of = $2
  and m.type = 'waste' and m.origin = '${TRANSIT}' and m.lot = $3) as explained`;

function parentLeftAt(place: number): string {
  return `coalesce((select (t.quantity - t.received - (select coalesce(sum(w.quantity), 0) from @stock_movement w
      where w.tenant = $1 and w.part_of = t.id and w.type = 'waste' and w.origin = '${TRANSIT}' and w.lot = t.lot))::float8
    from @stock_movement t where t.tenant = $1 and t.id = $${place} and t.type = 'transfer' and t.status = 'completed'
      and t.ended_at is not null and t.lot = $3), -1) as "parentLeft"`;
}

/**
 * What is there now, less what came later, was there at that moment. Only moments from the movement on can have become
 * worse by it.
 */
const NEGATIVE = `exists (select from (
    select b.on_hand - coalesce(sum(s.quantity) over (partition by s.location order by s.at desc
      rows between unbounded preceding and 1 preceding), 0) as there
    from (select e.location, e.at, sum(e.quantity) as quantity from @stock_entry e
      where e.tenant = $1 and e.location = any($6::text[]) and e.lot = $3 and e.at >= $7::timestamptz
      group by e.location, e.at) s
    join @stock_balance b on b.tenant = $1 and b.location = s.location and b.lot = $3) steps where there < 0)`;
