import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../../storage/db.ts';

const HOUR = 3_600_000;

/** Milliseconds that a token of each kind works. */
const LIFETIMES = {
  /** Makes the first administrator. */
  'set-up': 24 * HOUR,
  invitation: 7 * 24 * HOUR,
  reset: HOUR,
  /** Challenges and states: for as long as a page may lie open. */
  'passkey-sign-in': HOUR / 6,
  'passkey-registration': HOUR / 6,
  totp: HOUR / 6,
  sso: HOUR / 6,
} as const;

export type OneTimeKind = keyof typeof LIFETIMES;

/** What a token was made for. */
export interface OneTime {
  readonly account: string | undefined;
  readonly data: Readonly<Record<string, string>>;
}

/** A new token of 256 bits, base64url; the database knows its hash only. */
export async function issueToken(
  db: Queryable,
  kind: OneTimeKind,
  { account, data }: OneTime,
  now: number,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db.query({
    text: 'insert into sign_in_token (hash, kind, account, data, expires) values ($1, $2, $3, $4, $5)',
    values: [hashOf(token), kind, account, JSON.stringify(data), now + LIFETIMES[kind]],
  });
  return token;
}

/** Of parallel uses exactly one gets it. */
export async function consumeToken(
  db: Queryable,
  kind: OneTimeKind,
  token: string,
  now: number,
): Promise<OneTime | undefined> {
  const [row] = await db.query<OneTimeRow>({
    text: 'delete from sign_in_token where hash = $1 and kind = $2 and expires > $3 returning account, data',
    values: [hashOf(token), kind, now],
  });
  return row && { account: row.account ?? undefined, data: row.data };
}

/** Looks without using it up: programs that read mail follow links. */
export async function peekToken(
  db: Queryable,
  kind: OneTimeKind,
  token: string,
  now: number,
): Promise<OneTime | undefined> {
  const [row] = await db.query<OneTimeRow>({
    text: 'select account, data from sign_in_token where hash = $1 and kind = $2 and expires > $3',
    values: [hashOf(token), kind, now],
  });
  return row && { account: row.account ?? undefined, data: row.data };
}

/** Voids tokens that were not used: those of one kind, or links of an account. */
export async function voidTokens(
  db: Queryable,
  kinds: readonly OneTimeKind[],
  account: string | undefined,
): Promise<void> {
  await db.query({
    text: 'delete from sign_in_token where kind = any($1) and account is not distinct from $2',
    values: [kinds, account],
  });
}

export async function sweepTokens(db: Queryable, now: number): Promise<void> {
  await db.query({ text: 'delete from sign_in_token where expires < $1', values: [now] });
}

interface OneTimeRow {
  readonly account: string | null;
  readonly data: Readonly<Record<string, string>>;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
