import { FEED_BOUND, positionBefore, type ChangePosition } from './changes.ts';
import type { Queryable } from './db.ts';

/** How far the feed can be read now, and whether there is anything else to do. */
export interface FeedState {
  readonly bound: number;
  /** The number of table subscriber. */
  readonly subscribers: number;
  /** Whether a handshake, a heartbeat or an end is due. */
  readonly isDue: boolean;
  /** Whether there is any event that was not delivered yet. */
  readonly isWaiting: boolean;
}

/**
 * All of one snapshot: a subscriber that is not known by the number hears of no change before the bound.
 * @param now milliseconds
 */
export async function feedState(db: Queryable, now: number): Promise<FeedState> {
  const [row] = await db.query<FeedState>({
    name: 'feed_state',
    text:
      `select ${FEED_BOUND} as bound, (select value::bigint from setting where name = 'subscribers') as subscribers, ` +
      `exists (select from subscriber where due > 0 and due <= $1) as "isDue", ` +
      // By their order, which the index of those that wait has: all events are not looked through.
      `exists (select from subscription_event where state = 0 order by home, subscriber, due limit 1) as "isWaiting"`,
    values: [now],
  });
  if (row === undefined) throw new Error('table setting has no subscribers');
  return row;
}

/**
 * Takes the reading of the feed for one process when no other one has it; the first one ever begins with what comes now.
 * @param until milliseconds
 * @returns where to go on; undefined: another process reads
 */
export async function takeCursor(
  db: Queryable,
  name: string,
  owner: string,
  now: number,
  until: number,
): Promise<ChangePosition | undefined> {
  const [row] = await db.query<ChangePosition>({
    name: 'take_cursor',
    text:
      `insert into change_cursor as c (name, tx, pid, version, owner, until) ` +
      `select $1, b.bound - 1, $5::bigint, $6::integer, $2, $4 from (select ${FEED_BOUND} as bound) b ` +
      `on conflict (name) do update set owner = $2, until = $4 where c.owner = $2 or c.until < $3 returning tx, pid, version`,
    values: [name, owner, now, until, positionBefore(0).pid, positionBefore(0).version],
  });
  return row;
}

/** Where a reader stands, and for how long nobody else reads. */
export interface CursorMove {
  readonly name: string;
  readonly owner: string;
  readonly position: ChangePosition;
  /** Milliseconds. */
  readonly until: number;
}

/** Moves a cursor by the parameters from `$1` on; one row when the process had the reading still. */
export const MOVE_CURSOR =
  'update change_cursor set tx = $3, pid = $4, version = $5, until = $6 where name = $1 and owner = $2 returning name';

export function moveCursorValues({ name, owner, position, until }: CursorMove): readonly (string | number)[] {
  return [name, owner, position.tx, position.pid, position.version, until];
}

/**
 * Keeps how far the feed was read, and with it the reading.
 * @returns whether the process had it still
 */
export async function moveCursor(db: Queryable, move: CursorMove): Promise<boolean> {
  const rows = await db.query({ name: 'move_cursor', text: MOVE_CURSOR, values: [...moveCursorValues(move)] });
  return rows.length > 0;
}

/** Gives the reading back, so that another process need not wait. */
export async function releaseCursor(
  db: Queryable,
  name: string,
  owner: string,
  position: ChangePosition,
): Promise<void> {
  await moveCursor(db, { name, owner, position, until: 0 });
}
