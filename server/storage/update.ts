import type { IndexRows } from '../search/index/row-types.ts';
import { auditPages, packPages } from './audit-pages.ts';
import { auditInsertSql, type AuditRows } from './audit-rows.ts';
import { containedPid, indexedParts, type IndexedPart } from './contained.ts';
import type { Queryable, Statement } from './db.ts';
import { diffRows, type KeyedTable } from './diff.ts';
import {
  arrayLiteral,
  createIndexColumns,
  insertSql,
  joinTexts,
  uriColumns,
  type IndexTable,
  type RowSet,
  type TableColumns,
} from './index-columns.ts';
import {
  containedResources,
  paramCount,
  presentText,
  resourceColumns,
  resourceInsertSql,
  type MethodCode,
  type MissingTargets,
  type NewResource,
} from './insert.ts';
import { keptName, keptSql, keptValues, type KeptProjection } from './projection-state.ts';
import { sealParts, type StoredPart } from './protected-bodies.ts';
import { foundSql, limitedName, type RequiredTargets } from './required-targets.ts';
import { shapedStatement } from './shaped-statement.ts';
import { markSeen, unseen } from './uri-seen.ts';

/** A live resource as an update needs it. */
export interface Current {
  readonly pid: number;
  readonly typeId: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly sortAt: number;
  readonly rows: IndexRows;
}

export interface Change {
  readonly current: Current;
  /** Milliseconds, later than `current.updated`. */
  readonly updated: number;
  readonly method: MethodCode;
  readonly body: string;
  readonly rows: IndexRows;
}

export type UpdateOutcome =
  | { readonly kind: 'written' }
  /** Somebody else changed one of the resources since it was read: nothing was written. */
  | { readonly kind: 'conflict' }
  /** Nothing was written: these targets do not exist. */
  | { readonly kind: 'missing'; readonly targets: MissingTargets };

/**
 * Writes new versions: version check, history of the old body, row, contained resources and index difference in one
 * statement. All or nothing.
 * @param required identities that must exist (references that the old versions did not have)
 * @param audit what is stored of it in the audit trail when it is written
 * @param kept projections that must be the ones that are known
 */
export async function updateResources(
  db: Queryable,
  tenant: number,
  changes: readonly Change[],
  required: RequiredTargets,
  audit?: AuditRows,
  kept: readonly KeptProjection[] = [],
): Promise<UpdateOutcome> {
  const uris = unseen(
    db,
    tenant,
    changes.flatMap(({ rows }) => [rows, ...rows.contained.map((inner) => inner.rows)].flatMap(({ uris }) => uris)),
  );
  const stored = await sealChanges(db, tenant, changes, changes.flatMap(containedIn));
  const [answer] = await db.query<{ versions: boolean; found: string[] | null }>(
    updateStatement(tenant, stored, required, uris.length === 0 ? [] : [uriColumns(uris)], audit, kept),
  );
  if (answer?.versions !== true) return { kind: 'conflict' };
  const found = new Set((answer.found ?? []).map(String));
  const missing = required.refs.filter((target) => !found.has(target));
  if (missing.length > 0) return { kind: 'missing', targets: missing };
  markSeen(db, tenant, uris);
  return { kind: 'written' };
}

/** As they go into the database, see protected-bodies.ts. */
interface StoredChanges {
  readonly changes: readonly Change[];
  /** What the new versions contain. */
  readonly fresh: readonly NewResource[];
}

async function sealChanges(
  db: Queryable,
  tenant: number,
  changes: readonly Change[],
  fresh: readonly NewResource[],
): Promise<StoredChanges> {
  const parts = changes.map(({ current: { pid, typeId, id }, body }): StoredPart => ({ pid, typeId, id, body }));
  const plain = [...parts, ...fresh];
  const sealed = await sealParts(db, tenant, plain);
  if (sealed === plain) return { changes, fresh };
  return {
    changes: changes.map((change, index) => ({ ...change, body: sealed[index]?.body ?? change.body })),
    fresh: fresh.map((one, index) => ({ ...one, body: sealed[changes.length + index]?.body ?? one.body })),
  };
}

function containedIn({ current: { pid, version, sortAt }, updated, method, rows }: Change): readonly NewResource[] {
  return containedResources({ pid, version: version + 1, updated, method, rows }, rows.sortAt ?? sortAt);
}

const KEYED: readonly KeyedTable[] = ['ix_ref', 'ix_date', 'ix_quantity', 'ix_string', 'ix_position'];

/** Of a contained resource that only one of the versions has. */
const NO_ROWS: RowSet = { tokens: [], refs: [], dates: [], quantities: [], strings: [], positions: [] };

function updateStatement(
  tenant: number,
  { changes, fresh }: StoredChanges,
  required: RequiredTargets,
  extra: readonly TableColumns[],
  audit: AuditRows | undefined,
  kept: readonly KeptProjection[],
): Statement {
  const columns = createIndexColumns();
  const tokens = { key: [] as string[], sort: [] as number[], pid: [] as number[], system: [] as number[] };
  const keyed = new Map<KeyedTable, { pid: number[]; key: string[] }>();
  for (const { current, rows } of changes) {
    const before = indexedParts(current);
    const after = indexedParts({ pid: current.pid, sortAt: rows.sortAt ?? current.sortAt, rows });
    for (let place = 0; place < before.length || place < after.length; place += 1) addDiff(before[place], after[place]);
  }

  function addDiff(before: IndexedPart | undefined, after: IndexedPart | undefined): void {
    const part = before ?? after;
    if (part === undefined) return;
    const { pid, sortAt } = part;
    const newSortAt = after?.sortAt ?? sortAt;
    const diff = diffRows(before?.rows ?? NO_ROWS, after?.rows ?? NO_ROWS, newSortAt !== sortAt);
    columns.add(pid, newSortAt, diff.added);
    for (const token of diff.tokens) {
      tokens.key.push(token.key);
      tokens.sort.push(sortAt);
      tokens.pid.push(pid);
      tokens.system.push(token.system);
    }
    for (const table of KEYED) {
      for (const key of diff.keys[table]) {
        let target = keyed.get(table);
        if (target === undefined) keyed.set(table, (target = { pid: [], key: [] }));
        target.pid.push(pid);
        target.key.push(key);
      }
    }
  }
  const inserts = [...columns.tables(), ...extra];
  const deletes: TableColumns[] = [];
  if (tokens.key.length > 0) {
    deletes.push({ table: 'ix_token', values: [tokens.key, tokens.sort, tokens.pid, tokens.system].map(arrayLiteral) });
  }
  for (const [table, rows] of keyed) deletes.push({ table, values: [rows.pid, rows.key].map(arrayLiteral) });

  const gone = changes.flatMap(({ current: { pid, rows } }) =>
    rows.contained.map((_, place) => containedPid(pid, place)),
  );
  const contains = gone.length + fresh.length > 0;
  const isOne = changes.length === 1;
  const isGated = required.refs.length > 0;
  const values: unknown[] = [tenant, ...rowValues(changes), ...(isGated ? [arrayLiteral(required.refs)] : [])];
  for (const table of [...deletes, ...inserts]) values.push(...table.values);
  if (contains) values.push(arrayLiteral(gone), ...resourceColumns(fresh));
  if (audit !== undefined) values.push(packPages(auditPages(tenant, audit)));
  values.push(...keptValues(kept));
  const short = (tables: readonly TableColumns[]): string => tables.map((table) => table.table.slice(3, 5)).join('');
  const name = `update${isOne ? '_one' : ''}${isGated ? '_gated' : ''}${contains ? '_contained' : ''}_${short(deletes)}_${short(inserts)}${audit === undefined ? '' : '_audited'}${keptName(kept)}`;
  const [deleted, inserted] = [deletes, inserts].map((list) => list.map(({ table }) => table));
  const found = isGated ? foundSql(required, 9, values) : '';
  const shape = { isOne, found, contains, isAudited: audit !== undefined, keeps: kept.length };
  return shapedStatement(limitedName(name, required, found), values, () =>
    updateText(shape, deleted ?? [], inserted ?? []),
  );
}

/** Parameters $2 to $8: arrays, or of a single change the values themselves. */
function rowValues(changes: readonly Change[]): unknown[] {
  const [first, ...others] = changes;
  if (first !== undefined && others.length === 0) {
    const { current, updated, rows, method, body } = first;
    const sortAt = rows.sortAt ?? current.sortAt;
    return [current.pid, current.version, updated, sortAt, method, presentText(rows.present), body];
  }
  return [
    arrayLiteral(changes.map((c) => c.current.pid)),
    arrayLiteral(changes.map((c) => c.current.version)),
    arrayLiteral(changes.map((c) => c.updated)),
    arrayLiteral(changes.map((c) => c.rows.sortAt ?? c.current.sortAt)),
    arrayLiteral(changes.map((c) => c.method)),
    joinTexts(changes.map((c) => presentText(c.rows.present))),
    joinTexts(changes.map((c) => c.body)),
  ];
}

interface UpdateShape {
  readonly isOne: boolean;
  /** SQL of the required targets that are there; empty: none are required. */
  readonly found: string;
  /** One of the versions has contained resources. */
  readonly contains: boolean;
  readonly isAudited: boolean;
  /** Projections that are kept. */
  readonly keeps: number;
}

function updateText(
  { isOne, found, contains, isAudited, keeps }: UpdateShape,
  deletes: readonly IndexTable[],
  inserts: readonly IndexTable[],
): string {
  const gate = '(select ok from gate)';
  const isGated = found !== '';
  const steps = [
    `old as materialized (${isOne ? OLD_ONE : OLD})`,
    ...(isGated ? [`found as materialized (${found})`] : []),
    `gate as materialized (${isGated ? gatedSql(isOne) : gateSql(isOne)})`,
    `kept as (insert into history (pid, ref, updated, version, tenant, type, method, id, tx, body) ` +
      `select pid, ref, updated, version, tenant, type, method, id, tx, body from old where ${gate})`,
    `written as (${isOne ? WRITE_ONE : WRITE} and ${gate})`,
  ];
  let first = isGated ? 10 : 9;
  for (const table of deletes) {
    const sql = deleteSql(table, first, gate);
    steps.push(`d_${table} as (${sql})`);
    first += paramCount(sql);
  }
  for (const table of inserts) {
    const sql = insertSql(table, first, gate);
    steps.push(`w_${table} as (${sql})`);
    first += paramCount(sql);
  }
  if (contains) {
    // The new rows have the pids of the old ones, which must be gone by then.
    steps.push(
      `gone as (delete from resource where pid = any($${first}::bigint[]) and tenant = $1 and ${gate} returning pid)`,
      `fresh as (${resourceInsertSql(first + 1)} where (select count(*) from gone) >= 0 and ${gate})`,
    );
  }
  if (contains) first += 11;
  if (isAudited) steps.push(`audited as (${auditInsertSql(first, gate)})`);
  const holds = keptSql(keeps, isAudited ? first + 1 : first);
  return `with ${steps.join(', ')} select versions, found${holds} from gate`;
}

// Whoever refers to the resource meanwhile (FOR KEY SHARE) need not wait. A row that another writer or a reindex holds is
// passed over and counts as changed: what they are writing is invisible to this statement, so that it could not delete it.
const LOCK = 'for no key update skip locked';

// A single change has no arrays: PostgreSQL takes an array parameter for ten rows, finds the plan for all values dear,
// and plans the statement anew each time (measured: 0.2 ms of CPU per update).
const OLD_ONE = `select * from resource where pid = $2::bigint and tenant = $1 and version = $3::integer ${LOCK}`;
// In pid order, so that two Bundles over the same resources wait for each other instead of deadlocking.
const OLD =
  `select r.* from unnest($2::bigint[], $3::integer[]) u(pid, version) ` +
  `join resource r on r.pid = u.pid and r.tenant = $1 and r.version = u.version order by r.pid ${LOCK}`;
const WRITE_ONE =
  `update resource r set version = r.version + 1, updated = $4::bigint, sort_at = $5::bigint, method = $6::smallint, ` +
  `present = $7::bytea, tx = default, body = $8 where r.pid = $2 and r.tenant = $1`;
const WRITE =
  `update resource r set version = r.version + 1, updated = u.updated, sort_at = u.sort_at, method = u.method, ` +
  `present = u.present::bytea, tx = default, body = u.body from unnest($2::bigint[], $4::bigint[], $5::bigint[], $6::smallint[], ` +
  `string_to_array($7, chr(30)), string_to_array($8, chr(30))) u(pid, updated, sort_at, method, present, body) ` +
  `where r.pid = u.pid and r.tenant = $1`;

function versionsSql(isOne: boolean): string {
  return `o.n = ${isOne ? '1' : 'cardinality($2::bigint[])'}`;
}

function gateSql(isOne: boolean): string {
  return `select ${versionsSql(isOne)} as versions, null::text[] as found, ${versionsSql(isOne)} as ok from (select count(*) as n from old) o`;
}

function gatedSql(isOne: boolean): string {
  return (
    `select ${versionsSql(isOne)} as versions, f.texts as found, ${versionsSql(isOne)} and f.n = cardinality($9::bigint[]) as ok ` +
    `from (select count(*) as n from old) o, (select count(*) as n, array_agg(ref::text) as texts from found) f`
  );
}

/** Deletes index rows of known resources. Tokens are found through the walk index, the rest by (pid, key). */
function deleteSql(table: IndexTable, first: number, gate: string): string {
  if (table === 'ix_token') {
    return (
      `delete from ix_token t using unnest($${first}::bigint[], $${first + 1}::bigint[], $${first + 2}::bigint[], $${first + 3}::integer[]) ` +
      `u(key, sort_at, pid, system) where t.key = u.key and t.sort_at = u.sort_at and t.pid = u.pid and t.system = u.system and ${gate}`
    );
  }
  return (
    `delete from ${table} t using unnest($${first}::bigint[], $${first + 1}::bigint[]) u(pid, key) ` +
    `where t.pid = u.pid and t.key = u.key and ${gate}`
  );
}
