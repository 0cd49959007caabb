/** The audit trail: append-only events in monthly partitions, the hash chain over them, signed heads of the chain. */
export const audit = {
  version: 12,
  name: 'audit',
  sql: `
-- Events that were committed together are one row, see server/storage/audit-pages.ts.
create table audit_page (
  tenant smallint not null,
  -- When the latest of its events was recorded; none is more than a second older.
  recorded bigint not null,
  -- That of the first event.
  id uuid not null,
  -- The transaction that committed it. Everything below the oldest transaction under way is final: so it is chained.
  tx bigint not null default (pg_current_xact_id()::text::bigint),
  -- Hashes of the agents and patients of its events.
  keys integer[] not null,
  events text not null,
  -- The one part that may be erased, by event.
  details text[],
  primary key (tenant, recorded, id)
) partition by range (recorded);
create index audit_page_tx on audit_page (tx);
create index audit_page_keys on audit_page using gin (keys) with (gin_pending_list_limit = 512);
alter table audit_page alter details set statistics 0;
alter table audit_page alter events set statistics 0;
-- What no month was made for. Pages stay whole in their rows: to compress them would cost more than all the rest.
create table audit_page_other partition of audit_page default with (toast_tuple_target = 8160);

create function audit_events(events text, details text[]) returns table (
  place bigint, recorded bigint, id uuid, kind text, action text, outcome smallint, status smallint, interaction text,
  type text, resource_id text, version integer, agent text, who text, ip text, request_id text, patients text[],
  found text, detail_hash text, detail text
) language sql immutable parallel safe as $$
  select n, f[1]::bigint, f[2]::uuid, f[3], f[4], f[5]::smallint, f[6]::smallint, f[7], f[8], f[9], f[10]::integer,
    f[11], f[12], f[13], f[14], string_to_array(f[15], ' '), f[16], f[17], details[n]
  -- Without "offset 0" the text would be taken apart once for each column.
  from (select string_to_array(e, chr(31), '') as f, n from unnest(string_to_array(events, chr(30))) with ordinality u(e, n) offset 0) s
$$;
-- page, page_keys: by what the pages are found, and indexed; no event is recorded later than its page.
create view audit_event with (security_invoker = true) as
select p.tenant, p.recorded as page, p.keys as page_keys, p.tx, e.* from audit_page p cross join lateral audit_events(p.events, p.details) e;

create function audit_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name like 'audit_page%' then
    if array_dims(new.details) = array_dims(old.details) and not exists (
      select from unnest(old.details, new.details) d (before, after) where after is not null and after is distinct from before
    ) then
      old.details := new.details;
      if new is not distinct from old then
        return new;
      end if;
    end if;
  elsif tg_op = 'DELETE' and tg_table_name = 'audit_link' and current_setting('athanor.audit_retention', true) = 'on' then
    return old;
  end if;
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end $$;
create function audit_no_truncate() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on audit_page for each row execute function audit_append_only();
create trigger no_truncate before truncate on audit_page execute function audit_no_truncate();
create trigger no_truncate before truncate on audit_page_other execute function audit_no_truncate();

-- One link for a page; hash = SHA-256(hash of seq - 1, the page, digests), see server/audit/chain/link.ts
create table audit_link (
  seq bigint primary key,
  tx bigint not null,
  id uuid not null,
  recorded bigint not null,
  hash bytea not null,
  -- Of each event eight bytes of its own hash, by which verification tells which one was changed.
  digests bytea not null
);
create trigger append_only before update or delete on audit_link for each row execute function audit_append_only();
create trigger no_truncate before truncate on audit_link execute function audit_no_truncate();

create table audit_key (id text collate "C" primary key, sealed bytea not null, created bigint not null);

-- cut: of a head that retention signed, the time before which events were dropped.
create table audit_head (
  seq bigint not null,
  at bigint not null,
  hash bytea not null,
  cut bigint,
  key text collate "C" not null,
  signature bytea not null,
  primary key (seq, at)
);
create trigger append_only before update or delete on audit_head for each row execute function audit_append_only();
create trigger no_truncate before truncate on audit_head execute function audit_no_truncate();

-- What heuristics have reported: each incident once.
create table audit_incident (
  tenant smallint not null,
  rule text collate "C" not null,
  subject text collate "C" not null,
  since bigint not null,
  primary key (tenant, rule, subject, since)
);

-- Makes the partition of a month (its first day) when it can be made: not when other rows of the month are there already.
create function audit_partition(month date) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  name text := 'audit_page_' || to_char(month, 'YYYY_MM');
  low bigint := extract(epoch from date_trunc('month', month)::timestamp at time zone 'UTC') * 1000;
  high bigint := extract(epoch from (date_trunc('month', month)::timestamp + interval '1 month') at time zone 'UTC') * 1000;
begin
  if to_regclass(name) is not null or exists (select from audit_page_other where recorded >= low and recorded < high) then
    return;
  end if;
  execute format('create table %I partition of audit_page for values from (%s) to (%s) with (toast_tuple_target = 8160)', name, low, high);
  execute format('create trigger no_truncate before truncate on %I execute function audit_no_truncate()', name);
  -- Statistics are samples of values, which would outlive what was erased.
  execute format('alter table %I alter details set statistics 0, alter events set statistics 0', name);
end $$;
select audit_partition((now() at time zone 'UTC' + n * interval '1 month')::date) from generate_series(0, 2) n;

-- Drops a month. The links of what was dropped go too, up to the last one behind which none is older; those in between
-- stay. Never what is younger than a year, whoever asks.
create function audit_drop_month(month date) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  name text := 'audit_page_' || to_char(month, 'YYYY_MM');
  high bigint := extract(epoch from (date_trunc('month', month)::timestamp + interval '1 month') at time zone 'UTC') * 1000;
begin
  if high > extract(epoch from now() - interval '1 year') * 1000 then
    raise exception 'audit events are kept for a year at least' using errcode = 'insufficient_privilege';
  end if;
  execute format('drop table if exists %I', name);
end $$;
create function audit_drop_links(last bigint) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from audit_link where seq <= last and recorded > extract(epoch from now() - interval '1 year') * 1000) then
    raise exception 'the links of audit events are kept for a year at least' using errcode = 'insufficient_privilege';
  end if;
  perform set_config('athanor.audit_retention', 'on', true);
  delete from audit_link where seq <= last;
  perform set_config('athanor.audit_retention', '', true);
end $$;

-- In another cluster (logical restore) transactions are numbered from the start again; ours must go on.
create function audit_rebase() returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
  base bigint := coalesce((select value::bigint from setting where name = 'audit_tx_base'), 0);
  last bigint := coalesce((select tx from audit_link order by seq desc limit 1), 0);
  xid bigint := pg_current_xact_id()::text::bigint;
begin
  if xid + base <= last then
    base := greatest(last, (select coalesce(max(tx), 0) from audit_page)) - xid + 1;
    insert into setting values ('audit_tx_base', base::text) on conflict (name) do update set value = excluded.value;
    execute format('alter table audit_page alter tx set default (pg_current_xact_id()::text::bigint + %s)', base);
  end if;
  return base;
end $$;

-- Requests add events and erase details; everything else is the installation's own work.
revoke all on function audit_partition(date), audit_drop_month(date), audit_drop_links(bigint), audit_rebase() from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'athanor_app') then
    grant select, insert, update (details) on audit_page to athanor_app;
    grant select on audit_event to athanor_app;
  end if;
end $$;
`,
} as const;
