/** The change feed: which transaction made each version. Nothing else is written for it; see server/storage/changes.ts */
export const changeFeed = {
  version: 15,
  name: 'change-feed',
  sql: `
-- The transaction that made the version; 0: before there was a feed. A superseded version keeps its own.
alter table resource add column tx bigint not null default 0;
alter table history add column tx bigint not null default 0;
alter table resource alter tx set default (pg_current_xact_id()::text::bigint);
alter table history alter tx set default (pg_current_xact_id()::text::bigint);
create index resource_tx on resource (tx) where pid > 0 and tx > 0;
create index history_tx on history (tx) where tx > 0;

-- How far the feed was read: everything up to (tx, pid, version). owner reads it until the time (ms) unless it is renewed.
create table change_cursor (
  name text collate "C" primary key,
  tx bigint not null,
  pid bigint not null,
  version integer not null,
  owner text,
  until bigint not null default 0
);

-- In another cluster (logical restore) transactions are numbered from the start again; ours must go on.
create function feed_rebase() returns bigint language plpgsql set search_path = public, pg_temp as $$
declare
  base bigint := coalesce((select value::bigint from setting where name = 'feed_tx_base'), 0);
  last bigint := greatest(
    coalesce((select max(tx) from change_cursor), 0),
    coalesce((select max(tx) from resource where pid > 0 and tx > 0), 0),
    coalesce((select max(tx) from history where tx > 0), 0));
  xid bigint := pg_current_xact_id()::text::bigint;
begin
  if xid + base < last then
    base := last - xid + 1;
    insert into setting values ('feed_tx_base', base::text) on conflict (name) do update set value = excluded.value;
    execute format('alter table resource alter tx set default (pg_current_xact_id()::text::bigint + %s)', base);
    execute format('alter table history alter tx set default (pg_current_xact_id()::text::bigint + %s)', base);
  end if;
  return base;
end $$;
revoke all on function feed_rebase() from public;
`,
} as const;
