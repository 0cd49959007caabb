/** The audit trail: append-only events in monthly partitions, the hash chain over them, signed heads of the chain. */
export const audit = {
  version: 12,
  name: 'audit',
  sql: `
create table audit_event (
  tenant smallint not null,
  recorded bigint not null,
  id uuid not null,
  -- The transaction that committed it. Everything below the oldest transaction under way is final: so it is chained.
  tx bigint not null default (pg_current_xact_id()::text::bigint),
  kind text collate "C" not null,
  action text collate "C",
  outcome smallint not null,
  status smallint not null,
  interaction text collate "C",
  type text collate "C",
  resource_id text collate "C",
  version integer not null,
  agent text collate "C" not null,
  who text not null,
  ip text,
  request_id text,
  -- The one patient concerned; several are in the array.
  patient text collate "C",
  patients text[],
  found text,
  -- The one part that may be erased.
  detail text,
  primary key (tenant, recorded, id)
) partition by range (recorded);
-- Ascending, so that each agent's and patient's entries grow at their end and pages split there.
create index audit_event_agent on audit_event (agent, recorded);
create index audit_event_patient on audit_event (patient, recorded) where patient is not null;
-- GIN costs as much as everything else of an event together; few events have several patients.
create index audit_event_patients on audit_event using gin (patients) with (gin_pending_list_limit = 512) where patients is not null;
create index audit_event_tx on audit_event (tx);
-- What no month was made for.
create table audit_event_other partition of audit_event default;
alter table audit_event alter detail set statistics 0;

create function audit_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name like 'audit_event%' then
    if new.detail is null then
      new.detail := old.detail;
      if new is not distinct from old then
        new.detail := null;
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
create trigger append_only before update or delete on audit_event for each row execute function audit_append_only();
create trigger no_truncate before truncate on audit_event execute function audit_no_truncate();
create trigger no_truncate before truncate on audit_event_other execute function audit_no_truncate();

-- hash = SHA-256(hash of seq - 1, the event, detail_hash); see server/audit/chain/link.ts
create table audit_link (
  seq bigint primary key,
  tx bigint not null,
  id uuid not null,
  recorded bigint not null,
  hash bytea not null,
  detail_hash bytea
);
create index audit_link_recorded on audit_link (recorded);
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
  name text := 'audit_event_' || to_char(month, 'YYYY_MM');
  low bigint := extract(epoch from date_trunc('month', month)::timestamp at time zone 'UTC') * 1000;
  high bigint := extract(epoch from (date_trunc('month', month)::timestamp + interval '1 month') at time zone 'UTC') * 1000;
begin
  if to_regclass(name) is not null or exists (select from audit_event_other where recorded >= low and recorded < high) then
    return;
  end if;
  execute format('create table %I partition of audit_event for values from (%s) to (%s)', name, low, high);
  execute format('create trigger no_truncate before truncate on %I execute function audit_no_truncate()', name);
  -- Statistics are samples of values, which would outlive what was erased.
  execute format('alter table %I alter detail set statistics 0', name);
end $$;
select audit_partition((now() at time zone 'UTC' + n * interval '1 month')::date) from generate_series(0, 2) n;

-- Drops a month. The links of what was dropped go too, up to the last one behind which none is older; those in between
-- stay. Never what is younger than a year, whoever asks.
create function audit_drop_month(month date) returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  name text := 'audit_event_' || to_char(month, 'YYYY_MM');
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
    base := greatest(last, (select coalesce(max(tx), 0) from audit_event)) - xid + 1;
    insert into setting values ('audit_tx_base', base::text) on conflict (name) do update set value = excluded.value;
    execute format('alter table audit_event alter tx set default (pg_current_xact_id()::text::bigint + %s)', base);
  end if;
  return base;
end $$;

-- Requests add events and erase details; everything else is the installation's own work.
revoke all on function audit_partition(date), audit_drop_month(date), audit_drop_links(bigint), audit_rebase() from public;
do $$
begin
  if exists (select from pg_roles where rolname = 'athanor_app') then
    grant select, insert, update (detail) on audit_event to athanor_app;
  end if;
end $$;
`,
} as const;
