import type { RowCondition } from '../search/compile/allowed.ts';
import { named } from '../search/compile/statement.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/** A compartment and what surrounds it. Times in milliseconds. */
export interface EverythingQuery {
  /** Identity (resource.ref) of the resource that the compartment belongs to. */
  readonly ref: string;
  /** ix_ref keys under which members of the compartment refer to it. */
  readonly keys: readonly string[];
  /** Types outside of the compartment, whose resources come along when a member refers to them. */
  readonly supportingTypes: readonly number[];
  /** Only members whose date, found in ix_date under one of the keys, meets [start, end); and those without a date. */
  readonly care: { readonly dateKeys: readonly string[]; readonly start: number; readonly end: number } | undefined;
  /** Only these types. */
  readonly types: readonly number[] | undefined;
  readonly since: number | undefined;
  readonly after: { readonly rank: number; readonly pid: number };
  readonly limit: number;
  /** What may be read of it; a part that is undefined as a whole. */
  readonly allowed: {
    readonly root: RowCondition | undefined;
    readonly members: RowCondition | undefined;
    readonly supporting: RowCondition | undefined;
  };
}

/** Order of everything: the resource itself, its compartment by pid, what they refer to by pid. */
export const RANK = { root: 0, member: 1, supporting: 2 } as const;

export interface EverythingRow {
  readonly rank: number;
  readonly pid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly body: string;
}

/** Numbers of the types of which anything belongs to it, whatever may be read of that. */
export async function everythingTypes(
  db: Queryable,
  tenant: number,
  { ref, keys, supportingTypes }: Pick<EverythingQuery, 'ref' | 'keys' | 'supportingTypes'>,
): Promise<number[]> {
  const rows = await db.query<{ type: number }>({
    name: 'everything_types',
    text:
      `with inside as materialized (select pid, type from resource where ref = $2 and tenant = $1 union ` +
      `select r.pid, r.type from ix_ref x join resource r on r.pid = x.pid and r.tenant = $1 where x.key = any($3::bigint[]) and x.target = $2) ` +
      `select distinct type from inside union select c.type from (select distinct x.target from inside i ` +
      `join ix_ref x on x.pid = i.pid) t join resource c on c.ref = t.target and c.tenant = $1 where c.type = any($4::smallint[])`,
    values: [tenant, ref, arrayLiteral(keys), arrayLiteral(supportingTypes)],
  });
  return rows.map(({ type }) => type);
}

/**
 * One page, in one statement. What members refer to is only looked up when the members leave room on the page.
 */
export async function readEverything(db: Queryable, tenant: number, query: EverythingQuery): Promise<EverythingRow[]> {
  const { ref, keys, supportingTypes, care, types, since, after, limit, allowed } = query;
  const values: unknown[] = [
    tenant,
    ref,
    arrayLiteral(keys),
    arrayLiteral(supportingTypes),
    after.rank,
    after.pid,
    limit,
  ];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const only = (condition: RowCondition | undefined, alias: string): string =>
    condition === undefined ? '' : ` and ${condition(alias, values)}`;
  const dated = care === undefined ? '' : ` where not exists (${outside(care, bind)})`;
  const members =
    allowed.members === undefined
      ? `m${dated}`
      : `m join resource a on a.pid = m.pid and a.tenant = $1${only(allowed.members, 'a')}${dated}`;
  const filter =
    (types === undefined ? '' : ` and f.type = any(${bind(arrayLiteral(types))}::smallint[])`) +
    (since === undefined ? '' : ` and f.updated >= ${bind(since)}`);
  const filtered = filter === '' ? '' : 'join resource f on f.pid = c.pid and f.tenant = $1 ';
  const text =
    `with root as materialized (select pid from resource where ref = $2 and tenant = $1${only(allowed.root, 'resource')}), ` +
    `member as materialized (select m.pid from (select distinct x.pid from ix_ref x where x.key = any($3::bigint[]) ` +
    `and x.target = $2 except select pid from root) ${members}), ` +
    `inside as materialized (select c.rank, c.pid from (select ${RANK.root} as rank, pid from root union all ` +
    `select ${RANK.member}, pid from member) c ${filtered}` +
    `where (c.rank, c.pid) > ($5::integer, $6::bigint)${filter} order by c.rank, c.pid limit $7), ` +
    `target as materialized (select distinct x.target from (select pid from root union all select pid from member) i ` +
    `join ix_ref x on x.pid = i.pid where x.target <> $2), ` +
    `supporting as materialized (select ${RANK.supporting} as rank, c.pid from target t ` +
    `join resource c on c.ref = t.target and c.tenant = $1 ${filtered}where c.type = any($4::smallint[])${only(allowed.supporting, 'c')} ` +
    `and (${RANK.supporting}, c.pid) > ($5, $6)${filter} order by c.pid limit $7 - (select count(*) from inside)) ` +
    `select p.rank, r.pid, r.type, r.id, r.version, r.updated, r.body ` +
    `from (select rank, pid from inside union all select rank, pid from supporting) p ` +
    `join resource r on r.pid = p.pid and r.tenant = $1 order by p.rank, p.pid`;
  return db.query(named(text, values));
}

/** SQL: dates of `m` that lie outside of the care that is asked for. */
function outside(
  { dateKeys, start, end }: NonNullable<EverythingQuery['care']>,
  bind: (value: unknown) => string,
): string {
  return (
    `select from ix_date d where d.pid = m.pid and d.key = any(${bind(arrayLiteral(dateKeys))}::bigint[]) ` +
    `and not (d.low < ${bind(end)} and d.high > ${bind(start)})`
  );
}
