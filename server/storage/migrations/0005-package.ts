/** Installed FHIR packages, and canonical resources that every process holds. */
export const packages = {
  version: 5,
  name: 'package',
  sql: `
-- Raised with every change of a canonical resource; processes compare it with what they have loaded.
insert into setting values ('canonicals', '1');

-- dependencies: JSON object of versions by name; resources: JSON array of what the package wrote.
create table package (
  tenant smallint not null,
  name text not null,
  version text not null,
  sha256 text not null,
  canonical text not null,
  fhir_version text not null,
  installed_at bigint not null,
  dependencies text not null,
  resources text not null,
  primary key (tenant, name, version)
);
`,
} as const;
