import { hiddenList } from './hidden-list.ts';
import { named } from '../search/compile/statement.ts';
import type { RowCondition } from '../search/compile/allowed.ts';
import { arrayLiteral } from './index-columns.ts';
import type { Queryable } from './db.ts';

/** What one read needs of a live row. */
export interface LiveVersion {
  readonly version: number;
  /** Milliseconds. */
  readonly updated: number;
  readonly body: string;
}

/** A version; of a deletion `body` is null. */
export interface AnyVersion {
  readonly version: number;
  readonly updated: number;
  readonly body: string | null;
}

/** Whose the body is must be read with it, see protected-bodies.ts. */
export const OWNED = 'version, updated, body, type as "bodyType", id as "bodyId"';
const LIVE = `select ${OWNED} from resource where ref = $1 and tenant = $2`;

/**
 * The live version by identity (resource.ref): one probe of a unique index.
 * @param allowed only when this holds for it
 */
export async function readLive(
  db: Queryable,
  tenant: number,
  ref: string,
  allowed: RowCondition | undefined,
): Promise<LiveVersion | undefined> {
  const values: unknown[] = [ref, tenant];
  const statement =
    allowed === undefined
      ? { name: 'read', text: LIVE, values }
      : named(underCondition(LIVE, allowed('resource', values)), values);
  const rows = await db.query<LiveVersion>({ ...statement, isBrief: true });
  return rows[0];
}

const restricted = new Map<string, Map<string, string>>();
const MOST_TEXTS = 1000;

/** The same string each time, so that it need not be compared and hashed with every read. */
export function underCondition(text: string, condition: string): string {
  let known = restricted.get(text);
  if (known === undefined) restricted.set(text, (known = new Map<string, string>()));
  let whole = known.get(condition);
  if (whole === undefined) {
    if (known.size >= MOST_TEXTS) known.clear();
    known.set(condition, (whole = `${text} and ${condition}`));
  }
  return whole;
}

/** Which of the identities are live, and allowed. */
export async function liveRefs(
  db: Queryable,
  tenant: number,
  refs: readonly string[],
  allowed: RowCondition | undefined,
): Promise<ReadonlySet<string>> {
  const values: unknown[] = [arrayLiteral(refs), tenant];
  const text = `select ref::text as ref from resource where ref = any(${hiddenList(1)}) and tenant = $2`;
  const rows = await db.query<{ ref: string }>(
    named(allowed === undefined ? text : `${text} and ${allowed('resource', values)}`, values),
  );
  return new Set(rows.map((row) => row.ref));
}

/**
 * The pid of an identity, live or deleted; `$1` is the identity and `$2` the tenant. A resource that was deleted and
 * created again keeps its pid.
 */
export const PID_OF_IDENTITY =
  `select pid from resource where ref = $1 and tenant = $2 ` +
  `union all select pid from history where ref = $1 and tenant = $2 and body is null limit 1`;

/** One version by number, live, superseded or the mark of a deletion. */
export async function readVersion(
  db: Queryable,
  tenant: number,
  ref: string,
  version: number,
): Promise<AnyVersion | undefined> {
  const rows = await db.query<AnyVersion>({
    name: 'vread',
    text:
      `${LIVE} and version = $3 union all select ${OWNED} from history ` +
      `where pid = (${PID_OF_IDENTITY}) and version = $3 and tenant = $2 limit 1`,
    values: [ref, tenant, version],
    isBrief: true,
  });
  return rows[0];
}

/** What is known of a deleted resource: its tombstone, and the version that was deleted. */
export interface DeletedResource {
  readonly version: number;
  readonly updated: number;
  readonly last: LiveVersion;
}

/** Undefined while the identity is live, when it never was, and when its last version is not there any more. */
export async function readDeleted(db: Queryable, tenant: number, ref: string): Promise<DeletedResource | undefined> {
  const [row] = await db.query<LiveVersion & { tombstone: number; deleted: number }>({
    name: 'read_deleted',
    text:
      `select d.version as tombstone, d.updated as deleted, l.version, l.updated, l.body, l."bodyType", l."bodyId" from (select pid, version, updated ` +
      `from history where ref = $1 and tenant = $2 and body is null order by version desc limit 1) d ` +
      `cross join lateral (select ${OWNED} from history where pid = d.pid and tenant = $2 ` +
      `and version < d.version and body is not null order by version desc limit 1) l ` +
      `where not exists (select from resource where ref = $1 and tenant = $2)`,
    values: [ref, tenant],
  });
  if (row === undefined) return undefined;
  const { tombstone, deleted, version, updated, body } = row;
  return { version: tombstone, updated: deleted, last: { version, updated, body } };
}

/** Whether the identity exists or existed. */
export async function hasIdentity(db: Queryable, tenant: number, ref: string): Promise<boolean> {
  const rows = await db.query({ name: 'has_identity', text: PID_OF_IDENTITY, values: [ref, tenant] });
  return rows.length > 0;
}

/** A live resource among several, with its identity. */
export interface LiveResource extends LiveVersion {
  readonly ref: string;
  readonly id: string;
}

/**
 * The live versions of several identities of one type, in no order.
 * @param allowed only those for which it holds
 */
export async function readLives(
  db: Queryable,
  tenant: number,
  refs: readonly string[],
  allowed: RowCondition | undefined,
): Promise<LiveResource[]> {
  const values: unknown[] = [arrayLiteral(refs), tenant];
  const text = `select ref::text as ref, id, ${OWNED} from resource where ref = any(${hiddenList(1)}) and tenant = $2`;
  return db.query<LiveResource>(
    named(allowed === undefined ? text : `${text} and ${allowed('resource', values)}`, values),
  );
}
