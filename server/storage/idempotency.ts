import type { Queryable } from './db.ts';
import { openText, sealText } from './protected-bodies.ts';

/** How long an answer is kept for repetition, milliseconds. */
const KEEP = 24 * 3600 * 1000;

export interface KnownKey {
  readonly hash: string;
  /** Null while the first request runs. */
  readonly status: number | null;
  readonly answer: string | null;
}

/**
 * Takes a key for this request; answers what is known when somebody took it before. Inside a transaction a second caller
 * waits here until the first one commits (then sees its answer) or rolls back (then has the key).
 */
export async function claimKey(
  db: Queryable,
  tenant: number,
  key: string,
  hash: string,
  now: number,
): Promise<KnownKey | undefined> {
  const taken = await db.query({
    name: 'idempotency_claim',
    text:
      `insert into idempotency as i (tenant, key, request_hash, created) values ($1, $2, $3, $4) on conflict (tenant, key) do update ` +
      `set request_hash = excluded.request_hash, created = excluded.created, status = null, answer = null where i.created < $5 returning key`,
    values: [tenant, key, hash, now, now - KEEP],
  });
  if (taken.length > 0) return undefined;
  const [known] = await db.query<KnownKey>({
    name: 'idempotency_read',
    text: 'select request_hash as hash, status, answer from idempotency where tenant = $1 and key = $2',
    values: [tenant, key],
  });
  if (known === undefined) return { hash, status: null, answer: null };
  const { answer } = known;
  return answer === null ? known : { ...known, answer: openText(db, answer, placeOf(tenant, key)) };
}

export async function finishKey(
  db: Queryable,
  tenant: number,
  key: string,
  status: number,
  answer: string,
): Promise<void> {
  await db.query({
    name: 'idempotency_finish',
    text: 'update idempotency set status = $3, answer = $4 where tenant = $1 and key = $2',
    values: [tenant, key, status, sealText(db, answer, placeOf(tenant, key))],
  });
}

/** Answers in the order of their keys, a page of them. */
export async function keptAnswers(
  db: Queryable,
  tenant: number,
  after: string,
  limit: number,
): Promise<{ readonly key: string; readonly answer: string }[]> {
  const rows = await db.query<{ key: string; answer: string }>({
    text: 'select key, answer from idempotency where tenant = $1 and key > $2 and answer is not null order by key limit $3',
    values: [tenant, after, limit],
  });
  return rows.map(({ key, answer }) => ({ key, answer: openText(db, answer, placeOf(tenant, key)) }));
}

export async function dropKeys(db: Queryable, tenant: number, keys: readonly string[]): Promise<void> {
  await db.query({
    text: 'delete from idempotency where tenant = $1 and key = any($2::text[])',
    values: [tenant, keys],
  });
}

function placeOf(tenant: number, key: string): string {
  return `answer ${tenant} ${key}`;
}

export async function forgetKey(db: Queryable, tenant: number, key: string): Promise<void> {
  await db.query({
    name: 'idempotency_forget',
    text: 'delete from idempotency where tenant = $1 and key = $2 and status is null',
    values: [tenant, key],
  });
}

/** Removes answers past their time. */
export async function dropOldKeys(db: Queryable, now: number): Promise<void> {
  await db.query({ text: 'delete from idempotency where created < $1', values: [now - KEEP] });
}
