import type { Queryable } from './db.ts';

/** Rows of a table that are not what they should be. */
export interface Drift {
  readonly table: string;
  /** `missing`: only in the tables made anew; `extra`: only in those in force. */
  readonly kind: 'missing' | 'extra' | 'different';
  readonly count: number;
  /** Primary keys of the first few, as JSON. */
  readonly keys: readonly string[];
}

const NAMED = 5;

/** How the table in one schema differs from that in another, over the rows of some tenants. */
export async function compareTables(
  tx: Queryable,
  table: string,
  { live, made }: { readonly live: string; readonly made: string },
  tenants: readonly number[],
): Promise<Drift[]> {
  const key = await tx.query<{ name: string }>({
    text:
      `select quote_ident(a.attname) as name from pg_index k join pg_attribute a on a.attrelid = k.indrelid and a.attnum = any(k.indkey) ` +
      `where k.indrelid = $1::regclass and k.indisprimary order by array_position(k.indkey::smallint[], a.attnum)`,
    values: [`"${made}"."${table}"`],
  });
  const rows = (schema: string): string =>
    `select jsonb_build_array(${key.map(({ name }) => name).join(', ')}) as key, to_jsonb(t) as row from "${schema}"."${table}" t where tenant = any($1::smallint[])`;
  return tx.query({
    text:
      `select $2 as table, case when l.key is null then 'missing' when m.key is null then 'extra' else 'different' end as kind, ` +
      `count(*)::integer as count, (array_agg(coalesce(l.key, m.key)::text order by coalesce(l.key, m.key)))[1:${NAMED}] as keys ` +
      `from (${rows(live)}) l full join (${rows(made)}) m on l.key = m.key where l.row is distinct from m.row group by 2 order by 2`,
    values: [tenants, table],
  });
}
