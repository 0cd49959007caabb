/** Bots of customers: which version of a Library runs, what they keep secret, and what became of their runs. */
export const bot = {
  version: 21,
  name: 'bot',
  sql: `
-- A deployed bot. digest: SHA-256 of the code that was deployed. Times are milliseconds.
create table bot (
  tenant smallint not null,
  id text collate "C" not null,
  name text collate "C" not null,
  version integer not null,
  digest bytea not null,
  deployed bigint not null,
  deployed_by text not null,
  primary key (tenant, id)
);
create unique index bot_name on bot (tenant, name);

create table bot_secret (
  tenant smallint not null,
  name text collate "C" not null,
  sealed bytea not null,
  stored bigint not null,
  primary key (tenant, name)
);

-- error: what kind and where in the code; neither it nor anything else here is of a patient, as far as the server writes it.
create table bot_run (
  tenant smallint not null,
  id uuid not null,
  bot text collate "C" not null,
  version integer not null,
  trigger text collate "C" not null,
  event text,
  outcome text collate "C" not null,
  started bigint not null,
  duration integer not null,
  cpu integer not null,
  host_calls integer not null,
  log text,
  error text,
  primary key (tenant, id)
);
create index bot_run_bot on bot_run (tenant, bot, started desc);
create index bot_run_started on bot_run (started);

-- Raised with every deployment; processes compare it with what they have loaded.
insert into setting values ('bots', '1');
`,
} as const;
