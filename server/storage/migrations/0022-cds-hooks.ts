/** What CDS clients told of cards, and the tokens that they used. Times are milliseconds. */
export const cdsHooks = {
  version: 22,
  name: 'cds-hooks',
  sql: `
-- at: when somebody acted, as the client says; what it sends again is the same row.
create table cds_feedback (
  tenant smallint not null,
  service text not null,
  card text not null,
  outcome text not null check (outcome in ('accepted', 'overridden')),
  at bigint not null,
  suggestions text[] not null,
  reason_system text,
  reason_code text,
  reason_display text,
  comment text,
  client text not null,
  received bigint not null,
  primary key (tenant, service, card, outcome, at)
);
create index cds_feedback_received on cds_feedback (tenant, received);

-- hash: SHA-256 of issuer and jti.
create table cds_token (
  tenant smallint not null,
  hash bytea not null,
  expires bigint not null,
  primary key (tenant, hash)
);
create index cds_token_expires on cds_token (expires);
`,
} as const;
