import type { Queryable } from '../../server/storage/db.ts';

export interface ClosureTable {
  readonly db: Queryable;
  readonly tenant: number;
  readonly name: string;
}

/** `code` is below `ancestor`. */
export interface Relation {
  readonly system: string;
  readonly code: string;
  readonly ancestor: string;
}

/** Makes the table, or empties it. */
export async function resetTable({ db, tenant, name }: ClosureTable): Promise<void> {
  await db.query({ text: 'delete from closure_table where tenant = $1 and name = $2', values: [tenant, name] });
  await db.query({ text: 'insert into closure_table (tenant, name) values ($1, $2)', values: [tenant, name] });
}

/** The table's version; whoever adds to it at the same time waits. Undefined: there is no such table. */
export async function lockTable({ db, tenant, name }: ClosureTable): Promise<number | undefined> {
  const rows = await db.query<{ version: number }>({
    text: 'select version from closure_table where tenant = $1 and name = $2 for update',
    values: [tenant, name],
  });
  return rows[0]?.version;
}

export async function tableVersion({ db, tenant, name }: ClosureTable): Promise<number | undefined> {
  const rows = await db.query<{ version: number }>({
    text: 'select version from closure_table where tenant = $1 and name = $2',
    values: [tenant, name],
  });
  return rows[0]?.version;
}

export async function codesOfTable({ db, tenant, name }: ClosureTable, system: string): Promise<readonly string[]> {
  const rows = await db.query<{ code: string }>({
    text: 'select code from closure_concept where tenant = $1 and name = $2 and system = $3 order by code',
    values: [tenant, name, system],
  });
  return rows.map(({ code }) => code);
}

export async function addConcepts(
  { db, tenant, name }: ClosureTable,
  system: string,
  codes: readonly string[],
): Promise<void> {
  await db.query({
    text: 'insert into closure_concept (tenant, name, system, code) select $1, $2, $3, unnest($4::text[])',
    values: [tenant, name, system, codes],
  });
}

/** Adds relations under the next version of the table, which it returns. */
export async function addRelations(
  { db, tenant, name }: ClosureTable,
  relations: readonly Relation[],
): Promise<number> {
  const rows = await db.query<{ version: number }>({
    text: 'update closure_table set version = version + 1 where tenant = $1 and name = $2 returning version',
    values: [tenant, name],
  });
  const version = rows[0]?.version ?? 0;
  await db.query({
    text:
      'insert into closure_relation (tenant, name, system, code, ancestor, version) ' +
      'select $1, $2, s, c, a, $6 from unnest($3::text[], $4::text[], $5::text[]) as given (s, c, a)',
    values: [
      tenant,
      name,
      relations.map(({ system }) => system),
      relations.map(({ code }) => code),
      relations.map(({ ancestor }) => ancestor),
      version,
    ],
  });
  return version;
}

/** What came after a version. */
export async function relationsSince(
  { db, tenant, name }: ClosureTable,
  version: number,
): Promise<readonly Relation[]> {
  return db.query<Relation>({
    text:
      'select system, code, ancestor from closure_relation where tenant = $1 and name = $2 and version > $3 ' +
      'order by version, system, code, ancestor',
    values: [tenant, name, version],
  });
}
