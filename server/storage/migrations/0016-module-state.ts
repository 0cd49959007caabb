/** Which modules each tenant has, and what they have installed. Times are milliseconds. */
export const moduleState = {
  version: 16,
  name: 'module-state',
  sql: `
insert into setting values ('modules', '1');

-- A row is made when the module is first enabled, and stays. version: up to which its upgrade steps have run.
create table module_state (
  tenant smallint not null,
  name text collate "C" not null,
  version text collate "C" not null,
  enabled boolean not null default true,
  changed bigint not null,
  primary key (tenant, name)
);

-- What a module's definitions became, in the tenant that owns them. resources: JSON, see storage/packages.ts.
create table module_definition (
  tenant smallint not null,
  name text collate "C" not null,
  sha256 text not null,
  resources text not null,
  primary key (tenant, name)
);
`,
} as const;
