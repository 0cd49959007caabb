import { createHash } from 'node:crypto';
import type { Queryable } from '../../storage/db.ts';

const MINUTE = 60_000;
const WINDOW = 15 * MINUTE;
const MOST = 5;
const FIRST_LOCK = 15 * MINUTE;
const LONGEST_LOCK = 24 * 60 * MINUTE;
/** Locks are forgotten when nothing was tried for so long after the last one. */
const MEMORY = 2 * LONGEST_LOCK;

/** `last`: may be made, and when it fails it is locked from now on. */
export type Turn = 'open' | 'last' | 'refused';

/** What tries are counted for. */
export type Tried =
  /** What was entered as login, whether there is an account or not: nobody can tell by the lock. */
  | { readonly kind: 'password'; readonly loginKey: string }
  | { readonly kind: 'factor'; readonly account: string }
  /** Mails with links that somebody asked for. */
  | { readonly kind: 'mail'; readonly loginKey: string };

/**
 * Counts a try before anything is compared, in one statement, so that parallel ones cannot pass the limit: 5 in 15
 * minutes, then none for 15 minutes, doubled with each further lock up to 24 hours.
 */
export async function takeTurn(db: Queryable, tried: Tried, now: number): Promise<Turn> {
  const [row] = await db.query<{ refused: boolean; locked: boolean }>({
    name: 'sign-in-try',
    text: `insert into sign_in_try as t (hash, tries, locks, locked_until, is_refused, seen)
values ($1, array[$2::bigint], 0, 0, false, $2)
on conflict (hash) do update set (tries, locks, locked_until, is_refused, seen) = (
  select
    case when old.is_locked then t.tries when cardinality(old.tries) + 1 >= $4 then '{}' else old.tries || $2::bigint end,
    case when not old.is_locked and cardinality(old.tries) + 1 >= $4 then old.locks + 1 else old.locks end,
    case when not old.is_locked and cardinality(old.tries) + 1 >= $4
      then $2 + least($5 * power(2, least(old.locks, 20)), $6)::bigint else t.locked_until end,
    old.is_locked,
    $2
  from (
    select t.locked_until > $2 as is_locked,
      array(select one from unnest(t.tries) one where one > $2 - $3::bigint) as tries,
      case when t.seen > $2 - $7::bigint then t.locks else 0 end as locks
  ) old
)
returning is_refused as refused, locked_until > $2 as locked`,
    values: [hashOf(tried), now, WINDOW, MOST, FIRST_LOCK, LONGEST_LOCK, MEMORY],
  });
  if (row === undefined || row.refused) return 'refused';
  return row.locked ? 'last' : 'open';
}

/** After a success, or by an administrator. */
export async function forgetTries(db: Queryable, tried: Tried): Promise<void> {
  await db.query({ text: 'delete from sign_in_try where hash = $1', values: [hashOf(tried)] });
}

/** Whether a password, or a second factor, is refused at this moment. */
export async function isLocked(db: Queryable, tried: Tried, now: number): Promise<boolean> {
  const rows = await db.query({
    text: 'select 1 from sign_in_try where hash = $1 and locked_until > $2',
    values: [hashOf(tried), now],
  });
  return rows.length > 0;
}

export async function sweepTries(db: Queryable, now: number): Promise<void> {
  await db.query({ text: 'delete from sign_in_try where seen < $1', values: [now - MEMORY] });
}

function hashOf(tried: Tried): Buffer {
  const subject = tried.kind === 'factor' ? tried.account : tried.loginKey;
  return createHash('sha256').update(`${tried.kind}:${subject}`).digest();
}
