import type { Queryable } from './db.ts';
import { fenceNew } from './fence.ts';

/** A constraint as PostgreSQL writes it. */
export interface Constraint {
  /** Quoted, with its schema. */
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

interface Flaw {
  readonly table: string;
  readonly flaw: string;
}

/**
 * Makes the tables of a projection, empty, in a schema of their own; what was in it goes. While they are filled their
 * CHECKs and foreign keys would be asked between the changes that together keep them: {@link addConstraints} adds them.
 * @param ddl of which every table is in the schema
 * @throws Error when a table cannot be a projection's
 */
export async function makeSchema(
  tx: Queryable,
  schema: string,
  ddl: string,
  tables: readonly string[],
): Promise<readonly Constraint[]> {
  await run(tx, `drop schema if exists "${schema}" cascade; create schema "${schema}"; ${ddl}`);
  const flaws = await tx.query<Flaw>({ text: FLAWS, values: [schema, tables] });
  if (flaws.length > 0) throw new Error(flaws.map(({ table, flaw }) => `table ${table} ${flaw}`).join('; '));
  const constraints = await tx.query<Constraint>({ text: CONSTRAINTS, values: [schema] });
  for (const { table, name } of constraints) await run(tx, `alter table ${table} drop constraint "${name}" cascade`);
  await fenceNew(tx, schema);
  return constraints;
}

/** @throws the driver's violation (23514, 23503) when what is in the tables does not meet them */
export async function addConstraints(tx: Queryable, constraints: readonly Constraint[]): Promise<void> {
  // CHECKs first: they need nothing of other tables.
  const ordered = [...constraints].sort((a, b) => (a.definition < b.definition ? -1 : 1));
  for (const { table, name, definition } of ordered) {
    await run(tx, `alter table ${table} add constraint "${name}" ${definition}`);
  }
}

/** The schema takes the place of another; that one, if there was one, is `retired` then. */
export async function replaceSchema(
  tx: Queryable,
  { schema, by, retired }: { readonly schema: string; readonly by: string; readonly retired: string },
): Promise<void> {
  const [old] = await tx.query({ text: 'select from pg_namespace where nspname = $1', values: [schema] });
  if (old !== undefined) await run(tx, `alter schema "${schema}" rename to "${retired}"`);
  await run(tx, `alter schema "${by}" rename to "${schema}"`);
}

export async function dropSchema(tx: Queryable, schema: string): Promise<void> {
  await run(tx, `drop schema if exists "${schema}" cascade`);
}

async function run(tx: Queryable, text: string): Promise<void> {
  await tx.query({ text, values: [] });
}

// Tenants share the tables, so that each row says whose it is; a constraint that waits for the commit would not be told
// as what it is.
const FLAWS =
  `select t.name as table, case when c.oid is null then 'is not made by the DDL' ` +
  `when k.indrelid is null then 'has no column tenant in its primary key' end as flaw ` +
  `from unnest($2::text[]) t(name) left join pg_class c on c.relname = t.name and c.relnamespace = $1::regnamespace and c.relkind = 'r' ` +
  `left join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' ` +
  `left join pg_index k on k.indrelid = c.oid and k.indisprimary and a.attnum = any(k.indkey) where k.indrelid is null ` +
  `union all select c.relname, 'is not among the tables' from pg_class c where c.relnamespace = $1::regnamespace and c.relkind = 'r' and c.relname <> all($2::text[]) ` +
  `union all select c.relname, 'has the deferred constraint ' || k.conname from pg_constraint k join pg_class c on c.oid = k.conrelid ` +
  `where k.connamespace = $1::regnamespace and k.condeferred`;

const CONSTRAINTS =
  `select c.conrelid::regclass::text as table, c.conname as name, pg_get_constraintdef(c.oid) as definition ` +
  `from pg_constraint c where c.connamespace = $1::regnamespace and c.conrelid <> 0 and c.contype in ('c', 'f') order by c.conname`;
