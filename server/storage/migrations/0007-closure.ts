/**
 * Closure tables of clients: which of the concepts that one uses is below which.
 * https://hl7.org/fhir/R4/terminology-service.html#closure
 */
export const closure = {
  version: 7,
  name: 'closure',
  sql: `
create table closure_table (
  tenant smallint not null,
  name text collate "C" not null,
  version integer not null default 0,
  primary key (tenant, name)
);

create table closure_concept (
  tenant smallint not null,
  name text collate "C" not null,
  system text collate "C" not null,
  code text collate "C" not null,
  primary key (tenant, name, system, code),
  foreign key (tenant, name) references closure_table on delete cascade
);

-- version: of the table when the relation came into it, so that a client can ask for what it missed.
create table closure_relation (
  tenant smallint not null,
  name text collate "C" not null,
  system text collate "C" not null,
  code text collate "C" not null,
  ancestor text collate "C" not null,
  version integer not null,
  primary key (tenant, name, system, code, ancestor),
  foreign key (tenant, name) references closure_table on delete cascade
);
create index closure_relation_version on closure_relation (tenant, name, version);
`,
} as const;
