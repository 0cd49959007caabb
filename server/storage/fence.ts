import type { ClientBase } from 'pg';
import type { Queryable } from './db.ts';

/**
 * Row-level security as the second fence between tenants: whatever statement runs on a tenant's connection (see
 * connections.ts), it sees and writes rows of that tenant only. Policies are there from the beginning and take effect
 * when there is a second tenant: they cost a read 5 to 10 µs of 70 (server/docs/decisions/0008-tenants.md).
 */

/** The role of tenants' connections: it owns nothing, and row-level security holds for it. */
const ROLE = 'athanor_app';

/** Tables without a tenant that tenants' connections need as well. */
const SHARED = ['setting', 'search_slot'];

/** Tables of sign-in, which statements of requests have nothing to do with. */
const SIGN_IN = '^(account|api_key|oauth|session|sign_in)';

// current_setting() in a sub-select is asked once per statement, and not once per row.
const CURRENT = `(select nullif(current_setting('athanor.tenant', true), '')::smallint)`;

/** Schemas of modules' projections: `module_supply_stock`. */
const MODULES = `n.nspname ~ '^module_'`;

const EVERYWHERE = `(n.nspname = 'public' or ${MODULES})`;

/** @param scope condition on the namespace `n` */
const tablesIn = (scope: string): string =>
  `select c.oid, format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace ` +
  `join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped ` +
  `where c.relkind in ('r', 'p') and not c.relispartition and ${scope}`;

// Roles belong to the whole cluster: another database may have made it, or may be making it. Whoever may not make roles
// works under their own, which FORCE subjects to the policies too.
const MAKE_ROLE = `
do $$
begin
  if not exists (select from pg_roles where rolname = '${ROLE}') then create role ${ROLE} nologin; end if;
exception when duplicate_object or unique_violation or insufficient_privilege then null;
end $$;
do $$
begin
  if exists (select from pg_roles where rolname = '${ROLE}') and not pg_has_role('${ROLE}', 'member') then
    execute format('grant ${ROLE} to %I', current_user);
  end if;
exception when insufficient_privilege then null;
end $$;`;

const GRANT_SHARED = `
do $$
begin
  if not exists (select from pg_roles where rolname = '${ROLE}') then return; end if;
  grant usage on schema public to ${ROLE};
  grant usage on sequence pid_block to ${ROLE};
  grant select on tenant to ${ROLE};
end $$;`;

// Tables that a migration has granted on already (append-only ones) keep what they have.
const grantIn = (scope: string): string => `
do $$
declare name text;
begin
  if not exists (select from pg_roles where rolname = '${ROLE}') then return; end if;
  for name in select n.nspname from pg_namespace n where ${MODULES} and ${scope} loop
    execute format('grant usage on schema %I to ${ROLE}', name);
  end loop;
  for name in
    select t.name from (${tablesIn(scope)} union all select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and ${scope} and c.relname in (${SHARED.map((table) => `'${table}'`).join(', ')})) t
    join pg_class c on c.oid = t.oid
    where (c.relnamespace <> 'public'::regnamespace or c.relname !~ '${SIGN_IN}') and not exists (select from aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee where r.rolname = '${ROLE}')
  loop
    execute format('grant select, insert, update, delete on %s to ${ROLE}', name);
  end loop;
end $$;`;

// The owner works for the whole installation where it says so; without a policy FORCE would leave it nothing.
const policiesIn = (scope: string): string => `
do $$
declare name text;
begin
  for name in select t.name from (${tablesIn(scope)}) t where not exists (select from pg_policy p where p.polrelid = t.oid) loop
    execute format('create policy tenant on %s using (tenant = ${CURRENT.replaceAll("'", "''")})', name);
    execute format('create policy installation on %s to %I using (${CURRENT.replaceAll("'", "''")} = 0)', name, current_user);
  end loop;
end $$;`;

// Behind a fence an index serves only conditions that cannot tell of rows beyond it. PostgreSQL is not told so of these,
// which neither fail nor report values; only a superuser may say it, and without it names and quantities are found slower.
const LEAKPROOF = `
do $$
begin
  alter function pg_catalog."left"(text, integer) leakproof;
  alter function pg_catalog.numeric_eq leakproof;
  alter function pg_catalog.numeric_lt leakproof;
  alter function pg_catalog.numeric_le leakproof;
  alter function pg_catalog.numeric_gt leakproof;
  alter function pg_catalog.numeric_ge leakproof;
exception when insufficient_privilege then null;
end $$;`;

const unfencedIn = (scope: string): string =>
  `select t.name from (${tablesIn(scope)}) t join pg_class c on c.oid = t.oid where not (c.relrowsecurity and c.relforcerowsecurity)`;

const RAISE = (name: string): string => `alter table ${name} enable row level security, force row level security`;

/** Makes the role, when this user may; migrations may grant it what it should have. */
export async function makeFenceRole(client: ClientBase): Promise<void> {
  await client.query(MAKE_ROLE);
}

/** Gives every table its policies, and makes them hold when there are several tenants. To be called with every start. */
export async function keepFence(client: ClientBase): Promise<void> {
  await client.query(GRANT_SHARED + grantIn(EVERYWHERE) + policiesIn(EVERYWHERE));
  const { rows } = await client.query<{ several: boolean }>('select count(*) > 1 as several from tenant');
  if (rows[0]?.several === true) await raiseFence(client);
}

/**
 * The same for the tables of a schema that a transaction has made, and is about to fill: a module's. Touches nothing else:
 * another process may be making another one.
 */
export async function fenceNew(tx: Queryable, schema: string): Promise<void> {
  const run = <R>(text: string): Promise<R[]> => tx.query<R>({ text, values: [] });
  const scope = `n.nspname = '${schema.replaceAll("'", "''")}'`;
  await run(grantIn(scope) + policiesIn(scope));
  const [row] = await run<{ several: boolean }>('select count(*) > 1 as several from tenant');
  if (row?.several !== true) return;
  for (const { name } of await run<{ name: string }>(unfencedIn(scope))) await run(RAISE(name));
}

/** Makes the policies hold, while servers run; to be called before the second tenant is made. */
export async function raiseFence(client: ClientBase): Promise<void> {
  await client.query(LEAKPROOF);
  const { rows } = await client.query<{ name: string }>(unfencedIn(EVERYWHERE));
  // One by one: a transaction that locks every table would deadlock with those that are under way.
  for (const { name } of rows) {
    await client.query(RAISE(name));
  }
}

/** Whether tenants' connections can take the role of their own: it is there, this user may, and it was granted what it needs. */
export const HAS_ROLE =
  `select coalesce((select pg_has_role(oid, 'member') and has_table_privilege(oid, 'resource', 'select') ` +
  `from pg_roles where rolname = '${ROLE}'), false) as "hasRole"`;

/**
 * Start options of a connection that sees one tenant, or with 0 the whole installation.
 * @param hasRole see {@link HAS_ROLE}
 */
export function fenceOptions(tenant: number, hasRole: boolean): string {
  return ` -c athanor.tenant=${tenant}${tenant > 0 && hasRole ? ` -c role=${ROLE}` : ''}`;
}
