import { createHash, randomBytes } from 'node:crypto';
import { uuidv7 } from '../../kernel/id.ts';
import type { Queryable } from '../../storage/db.ts';

export interface StoredSession {
  readonly id: string;
  readonly account: string;
  /** The membership that was chosen. */
  readonly tenant: number | undefined;
  readonly fhirUser: string | undefined;
  /** Of the membership when it was chosen. */
  readonly roles: readonly string[];
  /** https://www.rfc-editor.org/rfc/rfc8176 */
  readonly methods: readonly string[];
  /** Milliseconds. */
  readonly signedIn: number;
  readonly secondFactor: number | undefined;
}

export interface NewSession {
  readonly account: string;
  readonly methods: readonly string[];
  readonly secondFactor: number | undefined;
  /** Of the account when it was proven: with another one since the proof is worth nothing. */
  readonly passwordSet: number | undefined;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

export interface SessionLimits {
  /** Milliseconds without use, and in all. */
  readonly idle: number;
  readonly absolute: number;
}

/**
 * The account is looked at once more and held: whoever proved an old password while it was being changed, or an account
 * while it was being disabled, is too late.
 * @returns the token for the browser's cookie: 256 bits; the database knows its hash only
 */
export async function startSession(db: Queryable, session: NewSession, now: number): Promise<string | undefined> {
  const token = newToken();
  const rows = await db.query({
    text: `insert into session (hash, id, account, methods, signed_in, second_factor, started, seen, ip, user_agent)
select $1, $2, id, $4, $5, $6, $5, $5, $7, $8 from account
where id = $3 and not is_disabled and password_set is not distinct from $9 for share returning id`,
    values: [
      hashOf(token),
      uuidv7(now),
      session.account,
      session.methods,
      now,
      session.secondFactor,
      session.ip,
      session.userAgent?.slice(0, 200),
      session.passwordSet,
    ],
  });
  return rows.length === 0 ? undefined : token;
}

/** The same person proved anew who they are: the session goes on as if it had just begun. @returns the new token */
export async function restartSession(
  db: Queryable,
  id: string,
  { account, methods, secondFactor, ip, userAgent }: NewSession,
  now: number,
): Promise<string | undefined> {
  const token = newToken();
  const rows = await db.query({
    text: `update session set hash = $3, methods = $4, signed_in = $5, second_factor = $6, started = $5, seen = $5,
  ip = $7, user_agent = $8
where id = $1 and account = $2 returning id`,
    values: [id, account, hashOf(token), methods, now, secondFactor, ip, userAgent?.slice(0, 200)],
  });
  return rows.length === 0 ? undefined : token;
}

const LIVE = 'seen > $2 - $3::bigint and started > $2 - $4::bigint';

/** A session that has not ended, prolonged. */
export async function touchSession(
  db: Queryable,
  token: string,
  { idle, absolute }: SessionLimits,
  now: number,
): Promise<StoredSession | undefined> {
  const [row] = await db.query<Row>({
    name: 'touch-session',
    text: `update session set seen = $2 where hash = $1 and ${LIVE}
returning id, account, tenant, fhir_user, roles, methods, signed_in, second_factor`,
    values: [hashOf(token), now, idle, absolute],
  });
  return row && fromRow(row);
}

export async function isSessionLive(
  db: Queryable,
  id: string,
  { idle, absolute }: SessionLimits,
  now: number,
): Promise<boolean> {
  const rows = await db.query({
    text: `select from session s join account a on a.id = s.account
where s.id::text = $1 and ${LIVE} and not a.is_disabled`,
    values: [id, now, idle, absolute],
  });
  return rows.length > 0;
}

/** More was proven: under a new token, so that one that was known before is worth nothing. @returns the new token */
export async function raiseSession(
  db: Queryable,
  id: string,
  methods: readonly string[],
  now: number,
): Promise<string | undefined> {
  const token = newToken();
  const rows = await db.query({
    text: `update session set hash = $2, second_factor = $3,
  methods = array(select distinct unnest(methods || $4::text[]))
where id = $1 returning id`,
    values: [id, hashOf(token), now, methods],
  });
  return rows.length === 0 ? undefined : token;
}

export async function chooseMembership(
  db: Queryable,
  id: string,
  {
    tenant,
    fhirUser,
    roles,
  }: { readonly tenant: number; readonly fhirUser: string; readonly roles: readonly string[] },
): Promise<void> {
  await db.query({
    text: 'update session set tenant = $2, fhir_user = $3, roles = $4 where id = $1',
    values: [id, tenant, fhirUser, roles],
  });
}

/** @returns how many there were */
export async function endSessions(db: Queryable, account: string): Promise<number> {
  const rows = await db.query({ text: 'delete from session where account = $1 returning id', values: [account] });
  return rows.length;
}

/** @returns whether the account has it */
export async function endSession(db: Queryable, account: string, id: string): Promise<boolean> {
  const rows = await db.query({
    text: 'delete from session where account = $1 and id::text = $2 returning id',
    values: [account, id],
  });
  return rows.length > 0;
}

export interface ListedSession {
  readonly id: string;
  readonly started: number;
  readonly seen: number;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

/** Of an account, the one that was used last first. */
export async function listSessions(
  db: Queryable,
  account: string,
  { idle, absolute }: SessionLimits,
  now: number,
): Promise<readonly ListedSession[]> {
  const rows = await db.query<{
    id: string;
    started: number;
    seen: number;
    ip: string | null;
    user_agent: string | null;
  }>({
    text: `select id, started, seen, ip, user_agent from session where account = $1 and ${LIVE} order by seen desc`,
    values: [account, now, idle, absolute],
  });
  return rows.map((row) => ({
    id: row.id,
    started: row.started,
    seen: row.seen,
    ip: row.ip ?? undefined,
    userAgent: row.user_agent ?? undefined,
  }));
}

export async function sweepSessions(db: Queryable, { idle }: SessionLimits, now: number): Promise<void> {
  await db.query({ text: 'delete from session where seen < $1', values: [now - idle] });
}

interface Row {
  readonly id: string;
  readonly account: string;
  readonly tenant: number | null;
  readonly fhir_user: string | null;
  readonly roles: readonly string[] | null;
  readonly methods: readonly string[];
  readonly signed_in: number;
  readonly second_factor: number | null;
}

function fromRow(row: Row): StoredSession {
  return {
    id: row.id,
    account: row.account,
    tenant: row.tenant ?? undefined,
    fhirUser: row.fhir_user ?? undefined,
    roles: row.roles ?? [],
    methods: row.methods,
    signedIn: row.signed_in,
    secondFactor: row.second_factor ?? undefined,
  };
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
