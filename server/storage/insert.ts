import type { IndexRows } from '../search/index/row-types.ts';
import { auditPages, packPages } from './audit-pages.ts';
import { auditInsertSql, type AuditRows } from './audit-rows.ts';
import { bodyTail } from './body.ts';
import { containedPid } from './contained.ts';
import { sealParts } from './protected-bodies.ts';
import type { Queryable, Statement } from './db.ts';
import { keptName, keptSql, keptValues, type KeptProjection } from './projection-state.ts';
import {
  arrayLiteral,
  createIndexColumns,
  insertSql,
  joinTexts,
  uriColumns,
  type IndexTable,
  type TableColumns,
} from './index-columns.ts';
import { foundSql, limitedName, type RequiredTargets } from './required-targets.ts';
import { shapedStatement } from './shaped-statement.ts';
import { markSeen, unseen } from './uri-seen.ts';

/** How a version came to be; the number stands in resource.method and history.method. */
export const METHOD = { POST: 0, PUT: 1, PATCH: 2, DELETE: 3 } as const;
export type MethodCode = (typeof METHOD)[keyof typeof METHOD];

/** A resource that does not exist yet, ready to be written. */
export interface NewResource {
  readonly pid: number;
  readonly ref: string;
  readonly typeId: number;
  readonly id: string;
  /** 1, or one more than the tombstone's when a deleted resource comes back. */
  readonly version: number;
  /** Milliseconds; also sort_at for types without a natural date. */
  readonly updated: number;
  readonly method: MethodCode;
  readonly body: string;
  readonly rows: IndexRows;
}

/** Empty = written. Otherwise nothing was written, and these targets (resource.ref) do not exist. */
export type MissingTargets = readonly string[];

/**
 * Writes any number of new resources with what they contain and all index rows in one statement and one round trip.
 * @param required identities (resource.ref) that must exist: locked FOR KEY SHARE so that a concurrent delete waits
 * @param audit what is stored of it in the audit trail when it is written
 * @param kept projections that must be the ones that are known
 * @throws the driver's unique violation (23505) when one of the ids already exists
 */
export async function insertResources(
  db: Queryable,
  tenant: number,
  resources: readonly NewResource[],
  required: RequiredTargets,
  audit?: AuditRows,
  kept: readonly KeptProjection[] = [],
): Promise<MissingTargets> {
  const plain = resources.every(({ rows }) => rows.contained.length === 0)
    ? resources
    : resources.flatMap((resource) => [
        resource,
        ...containedResources(resource, resource.rows.sortAt ?? resource.updated),
      ]);
  const parts = await sealParts(db, tenant, plain);
  const uris = unseen(
    db,
    tenant,
    parts.flatMap((part) => part.rows.uris),
  );
  const statement = insertStatement(tenant, parts, required, uris.length === 0 ? [] : [uriColumns(uris)], audit, kept);
  const [answer] = await db.query<{ found: string[] | null }>(statement);
  const found = new Set((answer?.found ?? []).map(String));
  const missing = required.refs.filter((target) => !found.has(target));
  // Otherwise nothing was written, the uris neither.
  if (missing.length === 0) markSeen(db, tenant, uris);
  return missing;
}

function insertStatement(
  tenant: number,
  resources: readonly NewResource[],
  required: RequiredTargets,
  extra: readonly TableColumns[],
  audit: AuditRows | undefined,
  kept: readonly KeptProjection[],
): Statement {
  const columns = createIndexColumns();
  for (const { pid, rows, updated } of resources) columns.add(pid, rows.sortAt ?? updated, rows);
  const tables = [...columns.tables(), ...extra];
  const gated = required.refs.length > 0;
  const values: unknown[] = [tenant, ...resourceColumns(resources)];
  if (gated) values.push(arrayLiteral(required.refs));
  for (const table of tables) values.push(...table.values);
  if (audit !== undefined) values.push(packPages(auditPages(tenant, audit)));
  values.push(...keptValues(kept));
  const tableNames = tables.map((table) => table.table);
  const isAudited = audit !== undefined;
  const name =
    `insert${gated ? '_gated' : ''}_${tableNames.map((table) => table.slice(3, 5)).join('')}` +
    `${isAudited ? '_audited' : ''}${keptName(kept)}`;
  const found = gated ? foundSql(required, 12, values) : '';
  const shape = { tables: tableNames, found, isAudited, keeps: kept.length };
  return shapedStatement(limitedName(name, required, found), values, () => insertText(shape));
}

/** The contained resources as rows to insert; nothing refers to them, so their pid stands for an identity. */
export function containedResources(
  container: Pick<NewResource, 'pid' | 'version' | 'updated' | 'method' | 'rows'>,
  sortAt: number,
): readonly NewResource[] {
  const { version, updated, method, rows } = container;
  return rows.contained.map((inner, place) => {
    const pid = containedPid(container.pid, place);
    return {
      pid,
      ref: String(pid),
      typeId: -inner.typeId,
      id: typeof inner.resource.id === 'string' ? inner.resource.id : '',
      version,
      updated,
      method,
      body: bodyTail(inner.resource),
      rows: { ...inner.rows, sortAt: inner.rows.sortAt ?? sortAt },
    };
  });
}

/** The values of {@link resourceInsertSql}. */
export function resourceColumns(resources: readonly NewResource[]): string[] {
  return [
    arrayLiteral(resources.map((r) => r.pid)),
    arrayLiteral(resources.map((r) => r.ref)),
    arrayLiteral(resources.map((r) => r.updated)),
    arrayLiteral(resources.map((r) => r.rows.sortAt ?? r.updated)),
    arrayLiteral(resources.map((r) => r.version)),
    arrayLiteral(resources.map((r) => r.typeId)),
    arrayLiteral(resources.map((r) => r.method)),
    joinTexts(resources.map((r) => r.id)),
    joinTexts(resources.map((r) => presentText(r.rows.present))),
    joinTexts(resources.map((r) => r.body)),
  ];
}

/** SQL: rows of `resource` out of ten parameters from `$first` on; a condition may follow. */
export function resourceInsertSql(first: number): string {
  const at = (offset: number): string => `$${first + offset}`;
  // A single empty id is a text without elements to string_to_array.
  return (
    `insert into resource (tenant, pid, ref, updated, sort_at, version, type, method, id, present, body) ` +
    `select $1, u.pid, u.ref, u.updated, u.sort_at, u.version, u.type, u.method, coalesce(u.id, ''), u.present::bytea, u.body ` +
    `from unnest(${at(0)}::bigint[], ${at(1)}::bigint[], ${at(2)}::bigint[], ${at(3)}::bigint[], ${at(4)}::integer[], ` +
    `${at(5)}::smallint[], ${at(6)}::smallint[], string_to_array(${at(7)}, chr(30)), string_to_array(${at(8)}, chr(30)), ` +
    `string_to_array(${at(9)}, chr(30))) u(pid, ref, updated, sort_at, version, type, method, id, present, body)`
  );
}

/** `bytea` input format; never empty, because string_to_array('') has no elements. */
export function presentText(present: Uint8Array): string {
  return `\\x${Buffer.from(present.buffer, present.byteOffset, present.byteLength).toString('hex')}`;
}

interface InsertShape {
  readonly tables: readonly IndexTable[];
  /** SQL of the required targets that are there; empty: none are required. */
  readonly found: string;
  readonly isAudited: boolean;
  /** Projections that are kept. */
  readonly keeps: number;
}

function insertText({ tables, found, isAudited, keeps }: InsertShape): string {
  const gated = found !== '';
  const gate = gated ? '(select ok from gate)' : '';
  const steps: string[] = [];
  if (gated) {
    steps.push(
      `found as materialized (${found})`,
      `gate as materialized (select count(*) = cardinality($12::bigint[]) as ok, array_agg(ref::text) as found from found)`,
    );
  }
  steps.push(`written as (${resourceInsertSql(2)}${gated ? ` where ${gate}` : ''})`);
  let first = gated ? 13 : 12;
  for (const table of tables) {
    const sql = insertSql(table, first, gate);
    steps.push(`w_${table} as (${sql})`);
    first += paramCount(sql);
  }
  if (isAudited) steps.push(`audited as (${auditInsertSql(first, gate)})`);
  const holds = keptSql(keeps, isAudited ? first + 1 : first);
  return `with ${steps.join(', ')} select ${gated ? `found${holds} from gate` : `null as found${holds}`}`;
}

/** Distinct parameters of a piece of SQL, `$1` (the tenant) aside. */
export function paramCount(sql: string): number {
  return new Set(sql.match(/\$\d+/g)?.filter((parameter) => parameter !== '$1')).size;
}
