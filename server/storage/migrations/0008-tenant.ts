/** Organisations that share one server, each with data of its own. What keeps them apart: server/storage/fence.ts */
export const tenant = {
  version: 8,
  name: 'tenant',
  sql: `
-- consent: what holds where no Consent of a patient says something.
create table tenant (
  id smallint primary key check (id > 0),
  name text collate "C" not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  title text not null,
  organization text,
  consent text not null default 'opt-out' check (consent in ('opt-out', 'opt-in')),
  created timestamptz not null default now(),
  disabled timestamptz
);
insert into tenant (id, name, title) values (1, 'main', 'Main');

-- Raised with every change of a tenant; processes compare it with what they have loaded.
insert into setting values ('tenants', '1');

-- With the tenant in it the fence is checked in the index; it fills bytes that are padding otherwise.
drop index ix_token_walk;
create index ix_token_walk on ix_token (key, sort_at desc, pid desc) include (system, tenant);
`,
} as const;
