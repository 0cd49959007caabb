/** Roles of tenants, rules of patients' consents, and emergencies. */
export const access = {
  version: 11,
  name: 'access',
  sql: `
insert into setting values ('policies', '1');

-- definition: JSON as in server/access/roles, checked when it is stored.
create table access_role (
  tenant smallint not null,
  name text collate "C" not null,
  definition text not null,
  updated bigint not null,
  primary key (tenant, name)
);

-- One row for each Consent in force; rule: JSON, see server/access/consent/consent-rule.ts.
create table consent_rule (
  tenant smallint not null,
  consent text collate "C" not null,
  rule text not null,
  primary key (tenant, consent)
);

-- Tenants whose Consents all have their rules; those of before this table are read once.
create table consent_rules_made (tenant smallint primary key);

-- patient: the one whose data are open to the account until then.
create table break_glass (
  tenant smallint not null,
  id text collate "C" not null,
  account text collate "C" not null,
  patient text collate "C" not null,
  reason text not null,
  opened bigint not null,
  until bigint not null,
  primary key (tenant, id)
);
create index break_glass_until on break_glass (tenant, until);
`,
} as const;
