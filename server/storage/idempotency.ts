import type { Queryable } from './db.ts';

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
  return known ?? { hash, status: null, answer: null };
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
    values: [tenant, key, status, answer],
  });
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
