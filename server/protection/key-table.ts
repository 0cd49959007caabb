import type { Queryable } from '../storage/db.ts';

export type KeyKind = 'tenant' | 'patient' | 'index' | 'system' | 'signing';
export type KeyState = 'current' | 'retired' | 'adding' | 'leaving' | 'destroyed';

/** A row of data_key: a key, wrapped by another one. */
export interface KeyRow {
  readonly tenant: number;
  readonly id: number;
  readonly kind: KeyKind;
  readonly owner: string;
  readonly state: KeyState;
  /** The key that wraps it; null: a master key. */
  readonly wrappedBy: number | null;
  readonly master: string | null;
  /** Null: destroyed. */
  readonly wrapped: Buffer | null;
  readonly rules: string | null;
}

export type NewKey = Omit<KeyRow, 'id'>;

const COLUMNS = 'tenant_id as tenant, id, kind, owner, state, wrapped_by as "wrappedBy", master, wrapped, rules';
const CHANGED = `update setting set value = (value::bigint + 1)::text where name = 'keys'`;

export function keysById(db: Queryable, ids: readonly number[]): Promise<KeyRow[]> {
  return db.query({
    name: 'data_keys_by_id',
    text: `select ${COLUMNS} from data_key where id = any($1::bigint[])`,
    values: [`{${ids.join(',')}}`],
  });
}

export function indexKeys(db: Queryable): Promise<KeyRow[]> {
  return db.query({
    name: 'data_keys_index',
    text: `select ${COLUMNS} from data_key where kind = 'index' and state <> 'destroyed' order by id`,
    values: [],
  });
}

/** Whether something is, or was, encrypted in the database. */
export async function hasDataKeys(db: Queryable): Promise<boolean> {
  const rows = await db.query({
    text: `select from data_key where kind in ('patient', 'index') limit 1`,
    values: [],
  });
  return rows.length > 0;
}

const NEW =
  `unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bytea[], $8::text[]) ` +
  `u(tenant_id, kind, owner, state, wrapped_by, master, wrapped, rules)`;
const ADD = `insert into data_key (tenant_id, kind, owner, state, wrapped_by, master, wrapped, rules) select u.* from ${NEW} `;

/** Adds keys. */
export async function addKeys(db: Queryable, keys: readonly NewKey[]): Promise<void> {
  await db.query({ text: `${ADD} on conflict do nothing`, values: columnsOf(keys) });
}

/**
 * The current keys of owners, in one statement: those of `keys` are added whose owner has none. An owner for whom another
 * process adds one at this moment is missing.
 */
export function findOrAddKeys(db: Queryable, keys: readonly NewKey[]): Promise<KeyRow[]> {
  const known =
    `select k.* from ${NEW} join data_key k on k.tenant_id = u.tenant_id and k.kind = u.kind and k.owner = u.owner ` +
    `and k.state = 'current'`;
  return db.query({
    name: 'data_keys_find_or_add',
    text:
      `with known as materialized (${known}), made as (${ADD} where not exists ` +
      `(select from known k where k.owner = u.owner) on conflict do nothing returning *) ` +
      `select ${COLUMNS} from (select * from known union all select * from made) k`,
    values: columnsOf(keys),
  });
}

function columnsOf(keys: readonly NewKey[]): unknown[] {
  return [
    keys.map((key) => key.tenant),
    keys.map((key) => key.kind),
    keys.map((key) => key.owner),
    keys.map((key) => key.state),
    keys.map((key) => key.wrappedBy),
    keys.map((key) => key.master),
    keys.map((key) => key.wrapped),
    keys.map((key) => key.rules),
  ];
}

/** Raised by every change of a key's state. */
export async function keysVersion(db: Queryable): Promise<string> {
  const [row] = await db.query<{ value: string }>({
    name: 'data_keys_version',
    text: `select value from setting where name = 'keys'`,
    values: [],
  });
  return row?.value ?? '';
}

export interface KeyChoice {
  readonly tenant: number;
  readonly kind: KeyKind;
  readonly state: KeyState;
  /** Only this one's. */
  readonly owner?: string;
}

/** Moves keys from one state to the next, and tells every process. Returns the ids of those that were moved. */
export async function moveKeys(db: Queryable, choice: KeyChoice, to: KeyState): Promise<number[]> {
  const { tenant, kind, state, owner } = choice;
  const rows = await db.query<{ id: number }>({
    text:
      `with changed as (${CHANGED}) update data_key set state = $4${to === 'destroyed' ? ', wrapped = null, owner = md5(id::text)' : ''} ` +
      `where tenant_id = $1 and kind = $2 and state = $3 and ($5::text is null or owner = $5) returning id`,
    values: [tenant, kind, state, to, owner ?? null],
  });
  return rows.map((row) => row.id);
}

/** Tells every process to look at keys again. */
export async function announceKeys(db: Queryable): Promise<void> {
  await db.query({ text: CHANGED, values: [] });
}

/** The keys that a key wraps, or that a master key other than the current one does. */
export function keysWrappedBy(
  db: Queryable,
  by: { readonly key: number } | { readonly masterBut: string },
  limit: number,
): Promise<KeyRow[]> {
  const [where, value] = 'key' in by ? ['wrapped_by = $1', by.key] : ['master <> $1', by.masterBut];
  return db.query({
    text: `select ${COLUMNS} from data_key where ${where} and wrapped is not null order by id limit $2`,
    values: [value, limit],
  });
}

export async function rewrapKeys(
  db: Queryable,
  keys: readonly Pick<KeyRow, 'id' | 'wrapped' | 'wrappedBy' | 'master'>[],
): Promise<void> {
  await db.query({
    text:
      `update data_key k set wrapped = u.wrapped, wrapped_by = u.wrapped_by, master = u.master ` +
      `from unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::text[]) u(id, wrapped, wrapped_by, master) ` +
      `where k.id = u.id and k.wrapped is not null`,
    values: [
      keys.map((key) => key.id),
      keys.map((key) => key.wrapped),
      keys.map((key) => key.wrappedBy),
      keys.map((key) => key.master),
    ],
  });
}
