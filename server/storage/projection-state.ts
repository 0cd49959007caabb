import type { Db, Queryable, Tx } from './db.ts';

/** Tables that hold all of a tenant's resources, by this version of the projection. */
export interface BuiltProjection {
  readonly tenant: number;
  readonly name: string;
  readonly version: number;
}

/** A projection in force, as it was found at some moment. */
export interface ProjectionState {
  readonly version: number;
  /** Never the same again once it was built anew or went out of force. */
  readonly generation: number;
}

/** What a write counts on: that the projection is still the one of this generation. */
export interface KeptProjection {
  readonly name: string;
  readonly generation: number;
}

/**
 * Those of the projections that are in force for the tenant, by name. In a transaction they stay as they are until it ends.
 */
export async function enterProjections(
  tx: Queryable,
  tenant: number,
  names: readonly string[],
): Promise<ReadonlyMap<string, ProjectionState>> {
  const rows = await tx.query<ProjectionState & { name: string }>({
    name: 'enter_projections',
    text: 'select name, version, generation from projection_enter($1::smallint, $2::text[])',
    values: [tenant, names],
  });
  return new Map(rows.map(({ name, version, generation }) => [name, { version, generation }]));
}

/**
 * Items of a select list by which a statement holds the projections as {@link enterProjections} does, until its transaction
 * ends. It fails when one of them is another one by now ({@link isProjectionChange}). `$1` is the tenant.
 * @param first place of the parameters, see {@link keptValues}
 */
export function keptSql(count: number, first: number): string {
  return Array.from(
    { length: count },
    (_, place) => `, projection_kept($1::smallint, $${first + 2 * place}::text, $${first + 2 * place + 1}::bigint)`,
  ).join('');
}

/** Of the name of a statement with {@link keptSql}. */
export function keptName(kept: readonly KeptProjection[]): string {
  return kept.length === 0 ? '' : `_kept${kept.length}`;
}

export function keptValues(kept: readonly KeptProjection[]): readonly unknown[] {
  return kept.flatMap(({ name, generation }) => [name, generation]);
}

/** Whether a statement failed since a projection is not the one that it counted on. */
export function isProjectionChange(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'AP001';
}

/** All that are in force, and whom they are for. */
export async function builtProjections(db: Queryable): Promise<readonly BuiltProjection[]> {
  return db.query({
    name: 'built_projections',
    text: 'select tenant, name, version from projection_state',
    values: [],
  });
}

/** Tenants whose projections are kept; also those that are disabled for a while. */
export async function projectedTenants(db: Queryable): Promise<readonly number[]> {
  const rows = await db.query<{ id: number }>({ text: 'select id from tenant order by id', values: [] });
  return rows.map(({ id }) => id);
}

/** Waits until no transaction under way counts on the projection's tables, and keeps others waiting until this one ends. */
export async function holdProjection(tx: Tx, name: string): Promise<void> {
  await tx.query({
    text: `select pg_advisory_xact_lock(hashtextextended('athanor projection ' || $1, 0))`,
    values: [name],
  });
}

/** The projection is in force for these tenants from the commit on, and for no others. */
export async function setBuilt(
  tx: Tx,
  { name, version, tenants }: { readonly name: string; readonly version: number; readonly tenants: readonly number[] },
  now: number,
): Promise<void> {
  await tx.query({ text: 'delete from projection_state where name = $1', values: [name] });
  await tx.query({
    text: 'insert into projection_state (tenant, name, version, built) select t, $1, $2, $4 from unnest($3::smallint[]) t',
    values: [name, version, tenants, now],
  });
}

/** What nobody keeps any more must be made again before it is used. @param kept pairs of tenant and name that stay */
export async function forgetProjections(
  tx: Queryable,
  forgotten: readonly Pick<BuiltProjection, 'tenant' | 'name'>[],
): Promise<void> {
  await tx.query({
    text:
      'delete from projection_state s using unnest($1::smallint[], $2::text[]) f(tenant, name) ' +
      'where s.tenant = f.tenant and s.name = f.name',
    values: [forgotten.map(({ tenant }) => tenant), forgotten.map(({ name }) => name)],
  });
}

/**
 * Runs work that only one process may do at a time: whoever dies makes room at once.
 * @returns undefined when another one is at it
 */
export async function alone<T>(db: Db, what: string, work: () => Promise<T>): Promise<T | undefined> {
  const holding = db.transaction(
    async (tx) => {
      await tx.query({ text: 'set local idle_in_transaction_session_timeout = 0', values: [] });
      const [row] = await tx.query<{ taken: boolean }>({
        text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken',
        values: [`athanor ${what}`],
      });
      return row?.taken === true ? { result: await work() } : undefined;
    },
    { retries: 0 },
  );
  return (await holding)?.result;
}
