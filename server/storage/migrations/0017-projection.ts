/** Modules' projections: which are in force, in tables of a schema of their own each. See server/docs/projections.md */
export const projection = {
  version: 17,
  name: 'projection',
  sql: `
-- A row: the tables hold all of the tenant's resources, by this version of the projection, and every write keeps them so.
create table projection_state (
  tenant smallint not null,
  name text collate "C" not null,
  version integer not null,
  built bigint not null,
  primary key (tenant, name)
);

-- What writers ask: once the lock is theirs nobody replaces the tables before their transaction ends. A function, since
-- the state must be read after the lock was taken, by a snapshot of its own.
create function projection_enter(of_tenant smallint, names text[]) returns table (name text, version integer) language plpgsql as $$
#variable_conflict use_column
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('athanor projection ' || each, 0)) from unnest(names) each;
  return query select s.name::text, s.version from projection_state s where s.tenant = of_tenant and s.name = any(names);
end $$;

-- Raised when versions are removed from history: who counts on them starts again.
insert into setting values ('history_purges', '0');
`,
} as const;
