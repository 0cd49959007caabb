import type { Queryable } from '../../storage/db.ts';

/** A key as administrators see it. Times in milliseconds. */
export interface ApiKey {
  readonly tenant: number;
  readonly id: string;
  /** The first characters of the key. */
  readonly start: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** SMART scopes; undefined: not limited by scopes. */
  readonly scopes?: readonly string[];
  /** CIDR ranges from which it may be used, separated by commas; undefined: from everywhere. */
  readonly networks?: string;
  readonly created: number;
  /** Account or `command line`. */
  readonly createdBy?: string;
  readonly expires: number;
  readonly revoked?: number;
  /** When it was last used, to the minute. */
  readonly used?: number;
}

const COLUMNS = 'tenant, id, start, name, roles, scopes, networks, created, created_by, expires, revoked, used';

export async function insertKey(db: Queryable, key: ApiKey, hash: Buffer): Promise<void> {
  await db.query({
    text: `insert into api_key (${COLUMNS}, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    values: [
      key.tenant,
      key.id,
      key.start,
      key.name,
      key.roles,
      key.scopes ?? null,
      key.networks ?? null,
      key.created,
      key.createdBy ?? null,
      key.expires,
      key.revoked ?? null,
      key.used ?? null,
      hash,
    ],
  });
}

/** By its hash, whatever its tenant. */
export async function findKey(db: Queryable, hash: Buffer): Promise<ApiKey | undefined> {
  const rows = await db.query<Row>({
    name: 'api-key',
    text: `select ${COLUMNS} from api_key where hash = $1`,
    values: [hash],
  });
  return rows[0] === undefined ? undefined : fromRow(rows[0]);
}

/** @param id any text */
export async function keyById(db: Queryable, tenant: number, id: string): Promise<ApiKey | undefined> {
  const rows = await db.query<Row>({
    name: 'api-key-by-id',
    text: `select ${COLUMNS} from api_key where tenant = $1 and id::text = $2`,
    values: [tenant, id],
  });
  return rows[0] === undefined ? undefined : fromRow(rows[0]);
}

export async function noteUse(db: Queryable, { tenant, id }: ApiKey, now: number): Promise<void> {
  await db.query({ text: 'update api_key set used = $3 where tenant = $1 and id = $2', values: [tenant, id, now] });
}

/** Of one tenant, the newest first. */
export async function listKeys(db: Queryable, tenant: number): Promise<readonly ApiKey[]> {
  const rows = await db.query<Row>({
    text: `select ${COLUMNS} from api_key where tenant = $1 order by created desc, id desc`,
    values: [tenant],
  });
  return rows.map(fromRow);
}

/** @returns whether the tenant has such a key */
export async function revokeKey(db: Queryable, tenant: number, id: string, now: number): Promise<boolean> {
  const rows = await db.query({
    text: 'update api_key set revoked = coalesce(revoked, $3) where tenant = $1 and id::text = $2 returning id',
    values: [tenant, id, now],
  });
  return rows.length > 0;
}

interface Row {
  readonly tenant: number;
  readonly id: string;
  readonly start: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[] | null;
  readonly networks: string | null;
  readonly created: number;
  readonly created_by: string | null;
  readonly expires: number;
  readonly revoked: number | null;
  readonly used: number | null;
}

function fromRow({ scopes, networks, created_by: createdBy, revoked, used, ...row }: Row): ApiKey {
  return {
    ...row,
    ...(scopes === null ? {} : { scopes }),
    ...(networks === null ? {} : { networks }),
    ...(createdBy === null ? {} : { createdBy }),
    ...(revoked === null ? {} : { revoked }),
    ...(used === null ? {} : { used }),
  };
}
