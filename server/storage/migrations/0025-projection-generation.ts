/** By what a writer tells that a projection is the one it knows, without asking first. See server/docs/projections.md */
export const projectionGeneration = {
  version: 25,
  name: 'projection-generation',
  sql: `
-- Another one for each row that is made: what a process remembers of a row holds as long as the row is there.
create sequence projection_generation;
alter table projection_state add column generation bigint not null default nextval('projection_generation');

drop function projection_enter(smallint, text[]);
create function projection_enter(of_tenant smallint, names text[])
returns table (name text, version integer, generation bigint) language plpgsql as $$
#variable_conflict use_column
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('athanor projection ' || each, 0)) from unnest(names) each;
  return query select s.name::text, s.version, s.generation from projection_state s where s.tenant = of_tenant and s.name = any(names);
end $$;

-- The same for a single write, as a part of its statement, which fails when it is not so. The lock is tried first, since
-- that is an expression, and to wait for it a statement.
create function projection_kept(of_tenant smallint, of_name text, of_generation bigint) returns boolean language plpgsql as $$
begin
  if not pg_try_advisory_xact_lock_shared(hashtextextended('athanor projection ' || of_name, 0)) then
    perform pg_advisory_xact_lock_shared(hashtextextended('athanor projection ' || of_name, 0));
  end if;
  if exists (select from projection_state s where s.tenant = of_tenant and s.name = of_name and s.generation = of_generation) then
    return true;
  end if;
  raise exception 'projection % is not the one that was known', of_name using errcode = 'AP001';
end $$;
`,
} as const;
