/** Tables of the FHIR store. Reasons and measurements: server/docs/decisions/0001-storage-and-index-layout.md */
export const base = {
  version: 1,
  name: 'base',
  sql: `
create extension if not exists pg_trgm;

create table setting (name text primary key, value text not null);
insert into setting values ('salt', md5(random()::text || clock_timestamp()::text) || md5(random()::text));

create sequence pid_block;

create table resource (
  pid bigint not null,
  ref bigint not null,
  updated bigint not null,
  sort_at bigint not null,
  version integer not null,
  tenant smallint not null,
  type smallint not null,
  method smallint not null,
  id text not null,
  present bytea not null,
  body text not null,
  primary key (pid, tenant)
);
create unique index resource_ref on resource (ref, tenant);
create index resource_updated on resource (tenant, type, updated desc, pid desc);
create index resource_sort on resource (tenant, type, sort_at desc, pid desc);

create table history (
  pid bigint not null,
  ref bigint not null,
  updated bigint not null,
  version integer not null,
  tenant smallint not null,
  type smallint not null,
  method smallint not null,
  id text not null,
  body text,
  primary key (pid, version, tenant)
);
create index history_updated on history (tenant, type, updated desc, pid desc);
create index history_tombstone on history (ref, tenant, version desc) where body is null;

create table ix_token (key bigint not null, sort_at bigint not null, pid bigint not null, system integer not null, tenant smallint not null);
create index ix_token_walk on ix_token (key, sort_at desc, pid desc) include (system);

create table ix_ref (key bigint not null, sort_at bigint not null, pid bigint not null, target bigint not null, tenant smallint not null);
create index ix_ref_walk on ix_ref (key, sort_at desc, pid desc) include (target);
create index ix_ref_pid on ix_ref (pid, key) include (target);

create table ix_date (key bigint not null, low bigint not null, high bigint not null, sort_at bigint not null, pid bigint not null, tenant smallint not null);
create index ix_date_low on ix_date (key, low, pid) include (high);
create index ix_date_high on ix_date (key, high) where high - low > 86400000;
create index ix_date_pid on ix_date (pid, key);

create table ix_quantity (
  key bigint not null, sort_at bigint not null, pid bigint not null,
  system integer not null, code integer not null, unit integer not null, canonical_unit integer not null,
  low numeric, high numeric, canonical_low numeric, canonical_high numeric, tenant smallint not null
);
create index ix_quantity_low on ix_quantity (key, canonical_unit, canonical_low, pid);
create index ix_quantity_pid on ix_quantity (pid, key);

create table ix_string (key bigint not null, sort_at bigint not null, pid bigint not null, exact integer not null, tenant smallint not null, value text collate "C" not null);
create index ix_string_walk on ix_string (key, left(value, 64), pid);
create index ix_string_pid on ix_string (pid, key);

create table ix_position (key bigint not null, sort_at bigint not null, pid bigint not null, latitude double precision not null, longitude double precision not null, tenant smallint not null);
create index ix_position_latitude on ix_position (key, latitude);
create index ix_position_pid on ix_position (pid);

create table uri_seen (slot smallint not null, tenant smallint not null, value text collate "C" not null, primary key (slot, tenant, value));

create table search_slot (
  id smallint primary key, type text not null, name text not null, ordinal smallint not null, unique (type, name)
);

create table idempotency (
  tenant smallint not null, key text not null, request_hash text not null, status integer, answer text, created bigint not null,
  primary key (tenant, key)
);

-- The whole resource as jsonb, for rechecks (:text, _content) and for people with psql.
create function resource_json(id text, version integer, updated bigint, body text) returns jsonb language sql immutable parallel safe as $$
  select ('{"id":' || to_json(id)::text || ',"meta":{"versionId":"' || version || '","lastUpdated":"' ||
    to_char(to_timestamp(updated / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"' ||
    case when left(body, 1) = '}' then '' else ',' end || body)::jsonb
$$;
`,
} as const;
