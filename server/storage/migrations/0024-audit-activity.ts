/** What breach rules look at, made of the audit trail's events: far less than these. */
export const auditActivity = {
  version: 24,
  name: 'audit-activity',
  sql: `
-- Which person worked in which hour (patient ''), and with whose record; see server/audit/heuristics/activity.ts.
create table audit_activity (
  tenant smallint not null,
  agent text collate "C" not null,
  -- Hours since 1970.
  hour integer not null,
  patient text collate "C" not null,
  -- Whether with the rights of somebody who treats patients.
  is_clinical boolean not null,
  -- The latest event, ms.
  last bigint not null,
  primary key (tenant, agent, hour, patient)
);
create index audit_activity_hour on audit_activity (hour);

-- From where a person came in which hour.
create table audit_address (
  tenant smallint not null,
  agent text collate "C" not null,
  hour integer not null,
  ip text collate "C" not null,
  last bigint not null,
  primary key (tenant, agent, hour, ip)
);
create index audit_address_hour on audit_address (hour);
`,
} as const;
