import { MOVE_CURSOR, moveCursorValues, type CursorMove } from './change-cursor.ts';
import type { Interaction } from './changes.ts';
import type { Queryable, Statement } from './db.ts';
import { arrayLiteral } from './index-columns.ts';
import type { SubscriberKey } from './subscribers.ts';

/** `dropped`: the subscriber may not see it, or it was erased, or the subscription ended. */
export type EventState = 'waiting' | 'delivered' | 'dead' | 'dropped';

const STATES: readonly EventState[] = ['waiting', 'delivered', 'dead', 'dropped'];

/** That a version is one of those that a subscriber asked for. */
export interface NewEvent {
  readonly subscriber: SubscriberKey;
  /** UUID; the same whenever the event is delivered. */
  readonly id: string;
  readonly tenant: number;
  readonly pid: number;
  readonly type: number;
  readonly resourceId: string;
  readonly version: number;
  readonly interaction: Interaction;
  /** Milliseconds: when the version was made. */
  readonly at: number;
  /** Whether somebody delivers it; otherwise those who listen read it. */
  readonly isDelivered: boolean;
  /** Milliseconds: the process that adds it would deliver it at once, under a lease until then. Undefined: it is to be taken. */
  readonly takenUntil?: number | undefined;
}

export interface StoredEvent extends Omit<NewEvent, 'subscriber' | 'isDelivered' | 'takenUntil'> {
  readonly home: number;
  readonly subscriber: string;
  /** Counted from 1 for each subscriber. */
  readonly number: number;
  readonly attempts: number;
}

const COLUMNS =
  'e.home, e.subscriber, e.number, e.id, e.tenant, e.pid, e.type, e.resource_id as "resourceId", e.version, e.interaction, e.at, e.attempts';

/**
 * Adds events, numbered in their order, and moves the reader's cursor, both or neither. A version that a subscriber was told of
 * already (see earlierVersions in changes.ts) is passed over. Only the reader of the feed adds any, so that numbers have no gaps.
 * Of those that the process would take, it gets the ones for whose turn nothing else has to be waited: see {@link takeEvents}.
 * @param lease UUID of that taking
 * @returns the numbers of those that it took, by their ids; undefined when the process had lost the reading and nothing was added
 */
export async function insertEvents(
  db: Queryable,
  events: readonly NewEvent[],
  now: number,
  move: CursorMove,
  lease: string,
): Promise<ReadonlyMap<string, number> | undefined> {
  const rows = await db.query<{ id: string | null; number: number }>({
    name: 'insert_subscription_events',
    text:
      // The cursor first: whoever has lost the reading finds no event to add.
      `with moved as (${MOVE_CURSOR}), u as (select * from unnest($7::smallint[], $8::text[], $9::uuid[], $10::smallint[], ` +
      `$11::bigint[], $12::smallint[], $13::text[], $14::integer[], $15::text[], $16::bigint[], $17::smallint[], $20::bigint[]) with ordinality ` +
      `u(home, subscriber, id, tenant, pid, type, resource_id, version, interaction, at, state, taken_until, place) ` +
      `where exists (select from moved)), ` +
      `fresh as (select u.*, s.last_number + row_number() over (partition by u.home, u.subscriber order by u.place) as number, ` +
      `row_number() over (partition by u.tenant, u.subscriber, u.pid order by u.place) = 1 and coalesce((select p.state ` +
      `from subscription_event p where p.tenant = u.tenant and p.subscriber = u.subscriber and p.pid = u.pid ` +
      `and p.version < u.version order by p.version desc limit 1), 1) <> 0 as is_first ` +
      `from u join subscriber s on s.tenant = u.home and s.id = u.subscriber ` +
      // Told already? By its order, which no other index has: the planner takes the key, with all events of the subscriber, for as good.
      `where (select e.version from subscription_event e where e.tenant = u.tenant and e.subscriber = u.subscriber ` +
      `and e.pid = u.pid and e.version >= u.version order by e.version limit 1) is distinct from u.version), ` +
      `counted as (update subscriber s set last_number = f.number from (select home, subscriber, max(number) as number ` +
      `from fresh group by home, subscriber) f where s.tenant = f.home and s.id = f.subscriber), ` +
      `added as (insert into subscription_event (home, subscriber, number, id, tenant, pid, type, resource_id, version, ` +
      `interaction, at, state, due, finished, lease, attempts) select f.home, f.subscriber, f.number, f.id, f.tenant, f.pid, f.type, ` +
      `f.resource_id, f.version, f.interaction, f.at, f.state, coalesce(t.until, $18::bigint), ` +
      `case when f.state > 0 then $18::bigint end, case when t.until is not null then $19::uuid end, ` +
      `case when t.until is null then 0 else 1 end from fresh f ` +
      `cross join lateral (select case when f.is_first then f.taken_until end as until) t returning id, number, lease) ` +
      `select a.id, a.number from moved left join added a on a.lease is not null`,
    values: [
      ...moveCursorValues(move),
      arrayLiteral(events.map(({ subscriber }) => subscriber.tenant)),
      events.map(({ subscriber }) => subscriber.id),
      events.map(({ id }) => id),
      arrayLiteral(events.map(({ tenant }) => tenant)),
      arrayLiteral(events.map(({ pid }) => pid)),
      arrayLiteral(events.map(({ type }) => type)),
      events.map(({ resourceId }) => resourceId),
      arrayLiteral(events.map(({ version }) => version)),
      events.map(({ interaction }) => interaction),
      arrayLiteral(events.map(({ at }) => at)),
      arrayLiteral(events.map(({ isDelivered }) => (isDelivered ? 0 : 1))),
      now,
      lease,
      arrayLiteral(events.map(({ takenUntil }) => takenUntil ?? null)),
    ],
  });
  if (rows.length === 0) return undefined;
  return new Map(rows.flatMap(({ id, number }) => (id === null ? [] : [[id, number]])));
}

/** How many events of a subscriber this process has room for. */
export interface Room extends SubscriberKey {
  readonly count: number;
  /** Milliseconds: when the lease of what it takes ends. */
  readonly until: number;
}

/**
 * Takes events that are due, each for one process until its lease ends. Of one resource only the first that waits: its
 * event before must have been delivered, or given up.
 * @param most of all subscribers together
 * @param lease UUID of this taking
 */
export async function takeEvents(
  db: Queryable,
  rooms: readonly Room[],
  most: number,
  now: number,
  lease: string,
): Promise<readonly StoredEvent[]> {
  return db.query({
    name: 'take_subscription_events',
    text:
      `with room as (select * from unnest($1::smallint[], $2::text[], $3::integer[], $6::bigint[]) ` +
      `r(home, subscriber, count, until)), ` +
      `taken as materialized (select d.*, r.until from room r cross join lateral (select w.tenant, w.subscriber, w.number ` +
      `from subscription_event w where w.home = r.home and w.subscriber = r.subscriber and w.state = 0 and w.due <= $4 ` +
      `and coalesce((select p.state from subscription_event p where p.tenant = w.tenant and p.subscriber = w.subscriber ` +
      `and p.pid = w.pid and p.version < w.version order by p.version desc limit 1), 1) <> 0 ` +
      `order by w.due limit r.count for update skip locked) d limit $7) ` +
      `update subscription_event e set lease = $5, due = t.until, attempts = e.attempts + 1 from taken t ` +
      `where e.tenant = t.tenant and e.subscriber = t.subscriber and e.number = t.number and e.state = 0 and e.due <= $4 ` +
      `returning ${COLUMNS}`,
    values: [
      arrayLiteral(rooms.map(({ tenant }) => tenant)),
      rooms.map(({ id }) => id),
      arrayLiteral(rooms.map(({ count }) => count)),
      now,
      lease,
      arrayLiteral(rooms.map(({ until }) => until)),
      most,
    ],
  });
}

/** That a delivery ended, by the lease under which the event was taken. */
export interface EndedEvent {
  readonly event: Pick<StoredEvent, 'home' | 'tenant' | 'subscriber' | 'number'>;
  readonly lease: string;
  readonly state: Exclude<EventState, 'waiting'>;
  readonly error?: string;
}

/**
 * Ends events, but those whose lease was lost: another process has them.
 * @returns those of the subscribers who have other events that are due
 */
export async function finishEvents(
  db: Queryable,
  ended: readonly EndedEvent[],
  now: number,
): Promise<readonly SubscriberKey[]> {
  const [only] = ended;
  if (only === undefined) return [];
  return db.query(ended.length === 1 ? finishOne(only, now) : finishSeveral(ended, now));
}

const IS_MORE = `exists (select from subscription_event w where w.home = u.home and w.subscriber = u.subscriber and w.state = 0 and w.due <= $1)`;

/** Its plan is kept: that of several is made for their number each time, which takes longer than its work. */
function finishOne({ event, lease, state, error }: EndedEvent, now: number): Statement {
  return {
    name: 'finish_subscription_event',
    text:
      `with ended as (update subscription_event set state = $6, error = $7, finished = $1, lease = null ` +
      `where tenant = $2 and subscriber = $3 and number = $4 and lease = $5) ` +
      `select u.home as tenant, u.subscriber as id from (values ($8::smallint, $3::text)) u(home, subscriber) where ${IS_MORE}`,
    values: [
      now,
      event.tenant,
      event.subscriber,
      event.number,
      lease,
      STATES.indexOf(state),
      error === undefined ? null : errorText(error),
      event.home,
    ],
  };
}

function finishSeveral(ended: readonly EndedEvent[], now: number): Statement {
  return {
    name: 'finish_subscription_events',
    text:
      `with u as (select * from unnest($2::smallint[], $3::smallint[], $4::text[], $5::bigint[], $6::uuid[], $7::smallint[], $8::text[]) ` +
      `u(home, tenant, subscriber, number, lease, state, error)), ` +
      `ended as (update subscription_event e set state = u.state, error = u.error, finished = $1, lease = null from u ` +
      `where e.tenant = u.tenant and e.subscriber = u.subscriber and e.number = u.number and e.lease = u.lease) ` +
      `select distinct u.home as tenant, u.subscriber as id from u where ${IS_MORE}`,
    values: [
      now,
      arrayLiteral(ended.map(({ event }) => event.home)),
      arrayLiteral(ended.map(({ event }) => event.tenant)),
      ended.map(({ event }) => event.subscriber),
      arrayLiteral(ended.map(({ event }) => event.number)),
      ended.map(({ lease }) => lease),
      arrayLiteral(ended.map(({ state }) => STATES.indexOf(state))),
      ended.map(({ error }) => (error === undefined ? null : errorText(error))),
    ],
  };
}

const MAX_ERROR = 500;

/** What a bot threw may say anything; PostgreSQL keeps no U+0000. */
function errorText(error: string): string {
  return error.slice(0, MAX_ERROR).replaceAll('\0', '\ufffd');
}

/** Another attempt later; the events of the resource that wait behind it wait as long. */
export async function postponeEvent(
  db: Queryable,
  { tenant, subscriber, number, pid, version }: StoredEvent,
  lease: string,
  due: number,
  error: string,
): Promise<void> {
  await db.query({
    name: 'postpone_subscription_event',
    text:
      `with own as (update subscription_event set due = $5, error = $6, lease = null ` +
      `where tenant = $1 and subscriber = $2 and number = $3 and lease = $4 returning number) ` +
      `update subscription_event e set due = $5 from own where e.tenant = $1 and e.subscriber = $2 and e.pid = $7 ` +
      `and e.version > $8 and e.state = 0 and e.due < $5`,
    values: [tenant, subscriber, number, lease, due, errorText(error), pid, version],
  });
}

/** Gives an event back that this process took and does not deliver: the subscriber is not active any more. */
export async function returnEvent(
  db: Queryable,
  { tenant, subscriber, number }: Pick<StoredEvent, 'tenant' | 'subscriber' | 'number'>,
  lease: string,
  now: number,
): Promise<void> {
  await db.query({
    name: 'return_subscription_event',
    text:
      `update subscription_event set due = $5, lease = null, attempts = attempts - 1 ` +
      `where tenant = $1 and subscriber = $2 and number = $3 and lease = $4`,
    values: [tenant, subscriber, number, lease, now],
  });
}

/** Events of a subscriber by number, both ends included, oldest first. */
export async function readEvents(
  db: Queryable,
  { tenant, id }: SubscriberKey,
  from: number,
  to: number,
  limit: number,
): Promise<readonly StoredEvent[]> {
  return db.query({
    name: 'read_subscription_events',
    text:
      `select ${COLUMNS} from subscription_event e where e.tenant = $1 and e.subscriber = $2 and e.number between $3 and $4 ` +
      `order by e.number limit $5`,
    values: [tenant, id, from, to, limit],
  });
}

export interface DeadEvent extends StoredEvent {
  readonly error: string | null;
  readonly finished: number;
}

/** Oldest first. */
export async function readDeadEvents(
  db: Queryable,
  { tenant, id }: SubscriberKey,
  after: number,
  limit: number,
): Promise<readonly DeadEvent[]> {
  return db.query({
    text:
      `select ${COLUMNS}, e.error, e.finished from subscription_event e where e.tenant = $1 and e.subscriber = $2 ` +
      `and e.number > $3 and e.state = 2 order by e.number limit $4`,
    values: [tenant, id, after, limit],
  });
}

/** Gives dead events all their attempts again. @param numbers undefined: all of them @returns how many */
export async function replayEvents(
  db: Queryable,
  { tenant, id }: SubscriberKey,
  numbers: readonly number[] | undefined,
  now: number,
): Promise<number> {
  const rows = await db.query({
    text:
      `update subscription_event set state = 0, due = $3, attempts = 0, finished = null where tenant = $1 and subscriber = $2 ` +
      `and state = 2 and ($4::bigint[] is null or number = any($4::bigint[])) returning number`,
    values: [tenant, id, now, numbers === undefined ? null : arrayLiteral(numbers)],
  });
  return rows.length;
}

/** How many events of a subscriber are in each state. */
export async function countEvents(
  db: Queryable,
  { tenant, id }: SubscriberKey,
): Promise<Readonly<Record<EventState, number>>> {
  const rows = await db.query<{ state: number; count: number }>({
    text: 'select state, count(*) as count from subscription_event where tenant = $1 and subscriber = $2 group by state',
    values: [tenant, id],
  });
  const counts = { waiting: 0, delivered: 0, dead: 0, dropped: 0 };
  for (const { state, count } of rows) counts[STATES[state] ?? 'dropped'] = count;
  return counts;
}

/** Forgets events that ended before a time; dead ones stay until another. */
export async function sweepEvents(db: Queryable, before: number, deadBefore: number): Promise<void> {
  await db.query({
    text: 'delete from subscription_event where finished < $1 and (state <> 2 or finished < $2)',
    values: [before, deadBefore],
  });
}
