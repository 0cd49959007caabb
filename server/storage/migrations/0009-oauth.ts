/**
 * What the authorization server keeps: clients, their grants and tokens, launches, and the keys it signs with. None of it
 * is a resource of a tenant: clients may serve several tenants, and a code knows its tenant only by its grant.
 */
export const oauth = {
  version: 9,
  name: 'oauth',
  sql: `
create table oauth_client (
  id text collate "C" primary key,
  -- As in OpenID Connect registration, without a secret.
  metadata jsonb not null,
  -- SHA-256.
  secret bytea,
  -- The most that may be granted, separated by blanks.
  scopes text not null,
  -- Tenants whose users and data it serves; null: all.
  tenants smallint[],
  -- Of a system that acts for itself.
  roles text[] not null default '{}',
  cors_origins text[] not null default '{}',
  created timestamptz not null default now()
);

-- Codes, tokens and interactions, named by the SHA-256 of what the client holds. Times in milliseconds.
create table oauth_record (
  kind text collate "C" not null,
  id bytea not null,
  grant_id text collate "C",
  payload text not null,
  expires bigint not null,
  consumed bigint,
  -- Whether a rotated refresh token was accepted a second time, because the answer to its first use was lost.
  repeated boolean not null default false,
  primary key (kind, id)
);
create index oauth_record_grant on oauth_record (grant_id) where grant_id is not null;
create index oauth_record_expires on oauth_record (expires);

-- What a user granted to a client, with the context that the client was launched in.
create table oauth_grant (
  id text collate "C" primary key,
  client text collate "C" not null references oauth_client on delete cascade,
  account text collate "C" not null,
  tenant smallint not null,
  fhir_user text collate "C" not null,
  scopes text not null,
  -- Members of the token answer: patient, encounter, intent, …
  context jsonb not null,
  -- The browser's session that its refresh tokens end with.
  session text collate "C",
  signed_in bigint not null,
  second_factor bigint,
  created bigint not null
);
create index oauth_grant_account on oauth_grant (account, client);

-- What a user agreed to and refused when they were last asked, so that they are not asked the same again.
create table oauth_consent (
  account text collate "C" not null,
  tenant smallint not null,
  client text collate "C" not null references oauth_client on delete cascade,
  requested text not null,
  granted text not null,
  primary key (account, tenant, client)
);

-- Launches out of a session; named by SHA-256, used once.
create table oauth_launch (
  id bytea primary key,
  client text collate "C" not null,
  account text collate "C" not null,
  tenant smallint not null,
  context jsonb not null,
  expires bigint not null
);
create index oauth_launch_expires on oauth_launch (expires);

-- Private keys and cookie secrets, sealed with the master key.
create table oauth_key (
  id text collate "C" primary key,
  purpose text not null check (purpose in ('sign', 'cookie')),
  state text not null check (state in ('next', 'current', 'previous')),
  sealed bytea not null,
  -- Milliseconds.
  since bigint not null
);
`,
} as const;
