import type { Queryable } from '../../storage/db.ts';
import { secretHash } from './secret.ts';

/** What the protocol library keeps: codes, tokens, interactions, used `jti`s. Times in milliseconds. */
interface RecordRow {
  readonly payload: string;
  readonly consumed: number | null;
  readonly repeated: boolean;
  /** Whether a later token of the same grant was used. */
  readonly succeeded: boolean;
}

/** How long (ms) it is known that something was used, so that a thief who uses it again gives themself away. */
const REMEMBERED = 30 * 86_400_000;

export interface OAuthRecord {
  readonly payload: Record<string, unknown>;
  readonly consumed: number | undefined;
  readonly repeated: boolean;
  readonly succeeded: boolean;
}

export interface NewRecord {
  readonly kind: string;
  /** What the client holds; only its hash is stored. */
  readonly secret: string;
  readonly grant: string | undefined;
  readonly payload: object;
  readonly expires: number;
}

export async function readRecord(
  db: Queryable,
  kind: string,
  secret: string,
  now: number,
): Promise<OAuthRecord | undefined> {
  const [row] = await db.query<RecordRow>({
    name: 'oauth_record',
    text: `select payload, consumed, repeated,
             consumed is not null and exists (select from oauth_record s
               where s.grant_id = r.grant_id and s.kind = r.kind and s.consumed > r.consumed) as succeeded
           from oauth_record r where kind = $1 and id = $2 and expires > $3`,
    values: [kind, secretHash(secret), now],
  });
  if (row === undefined) return undefined;
  return {
    payload: JSON.parse(row.payload) as Record<string, unknown>,
    consumed: row.consumed ?? undefined,
    repeated: row.repeated,
    succeeded: row.succeeded,
  };
}

export async function writeRecord(db: Queryable, { kind, secret, grant, payload, expires }: NewRecord): Promise<void> {
  await db.query({
    name: 'oauth_record_write',
    text: `insert into oauth_record (kind, id, grant_id, payload, expires) values ($1, $2, $3, $4, $5)
           on conflict (kind, id) do update set payload = excluded.payload, expires = excluded.expires`,
    values: [kind, secretHash(secret), grant ?? null, JSON.stringify(payload), expires],
  });
}

/** Writes a record that may exist once; false when it is there already. Of many writers at once one succeeds. */
export async function writeOnce(
  db: Queryable,
  { kind, secret, payload, expires }: NewRecord,
  now: number,
): Promise<boolean> {
  const rows = await db.query({
    name: 'oauth_record_once',
    text: `insert into oauth_record (kind, id, payload, expires) values ($1, $2, $3, $4)
           on conflict (kind, id) do update set expires = excluded.expires where oauth_record.expires <= $5
           returning kind`,
    values: [kind, secretHash(secret), JSON.stringify(payload), expires, now],
  });
  return rows.length > 0;
}

/** Uses a record up; false when somebody did before. Of many users at once one succeeds. */
export async function consumeRecord(db: Queryable, kind: string, secret: string, now: number): Promise<boolean> {
  const rows = await db.query({
    name: 'oauth_record_consume',
    text: `update oauth_record set consumed = $3, expires = least(expires, $4)
           where kind = $1 and id = $2 and consumed is null returning kind`,
    values: [kind, secretHash(secret), now, now + REMEMBERED],
  });
  return rows.length > 0;
}

/**
 * Uses a record up a second and last time, and removes the unused ones of the same grant, which took its place but never
 * arrived; false when somebody did before.
 */
export async function repeatRecord(db: Queryable, kind: string, secret: string): Promise<boolean> {
  const rows = await db.query({
    name: 'oauth_record_repeat',
    text: `with repeated as (
             update oauth_record set repeated = true
             where kind = $1 and id = $2 and consumed is not null and not repeated
               and not exists (select from oauth_record s
                 where s.grant_id = oauth_record.grant_id and s.kind = $1 and s.consumed > oauth_record.consumed)
             returning grant_id
           ), lost as (
             delete from oauth_record r using repeated
             where r.grant_id = repeated.grant_id and r.kind = $1 and r.consumed is null
           )
           select from repeated`,
    values: [kind, secretHash(secret)],
  });
  return rows.length > 0;
}

export async function deleteRecord(db: Queryable, kind: string, secret: string): Promise<void> {
  await db.query({
    text: 'delete from oauth_record where kind = $1 and id = $2',
    values: [kind, secretHash(secret)],
  });
}

export async function deleteOfGrant(db: Queryable, kind: string, grant: string): Promise<void> {
  await db.query({ text: 'delete from oauth_record where grant_id = $1 and kind = $2', values: [grant, kind] });
}
