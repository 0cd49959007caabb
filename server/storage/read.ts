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

const LIVE = 'select version, updated, body from resource where ref = $1 and tenant = $2';

/** The live version by identity (resource.ref): one probe of a unique index. */
export async function readLive(db: Queryable, tenant: number, ref: string): Promise<LiveVersion | undefined> {
  const rows = await db.query<LiveVersion>({ name: 'read', text: LIVE, values: [ref, tenant] });
  return rows[0];
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
      `${LIVE} and version = $3 union all select version, updated, body from history ` +
      `where pid = (${PID_OF_IDENTITY}) and version = $3 and tenant = $2 limit 1`,
    values: [ref, tenant, version],
  });
  return rows[0];
}

/** Whether the identity exists or existed. */
export async function hasIdentity(db: Queryable, tenant: number, ref: string): Promise<boolean> {
  const rows = await db.query({ name: 'has_identity', text: PID_OF_IDENTITY, values: [ref, tenant] });
  return rows.length > 0;
}
