/**
 * People, what they prove themselves with, and their sessions. An account belongs to the installation; what it is in a
 * tenant is a membership. Times are milliseconds. Secrets are kept as hashes; where the plain text is needed, sealed.
 */
export const account = {
  version: 10,
  name: 'account',
  sql: `
create table account (
  id uuid primary key,
  login text not null,
  -- What logins are compared by.
  login_key text collate "C" not null unique,
  mail text,
  is_disabled boolean not null default false,
  password_hash text,
  -- Whether the password is enough only together with a second factor.
  password_is_short boolean not null default false,
  password_set bigint,
  totp_secret bytea,
  -- Step of the last code that was taken: a code works once.
  totp_step bigint not null default 0,
  -- What was issued before is void.
  valid_since bigint not null default 0,
  created bigint not null
);

-- until: of a grant that ends.
create table account_membership (
  account uuid not null references account on delete cascade,
  tenant smallint not null,
  fhir_user text collate "C" not null,
  until bigint,
  primary key (account, tenant, fhir_user)
);
create index account_membership_user on account_membership (tenant, fhir_user);

-- Former passwords, to be refused.
create table account_password (
  account uuid not null references account on delete cascade,
  replaced bigint not null,
  hash text not null,
  primary key (account, replaced, hash)
);

create table account_recovery_code (
  account uuid not null references account on delete cascade,
  hash bytea not null,
  primary key (account, hash)
);

-- id: of the credential, base64url.
create table account_passkey (
  id text collate "C" primary key,
  account uuid not null references account on delete cascade,
  name text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  created bigint not null,
  used bigint
);
create index account_passkey_account on account_passkey (account);

create table sign_in_provider (
  id text collate "C" primary key,
  name text not null,
  issuer text collate "C" not null unique,
  client_id text not null,
  client_secret bytea,
  -- Whether its word counts that a second factor was used there.
  vouches_for_factor boolean not null
);

create table account_identity (
  issuer text collate "C" not null,
  subject text collate "C" not null,
  account uuid not null references account on delete cascade,
  linked bigint not null,
  primary key (issuer, subject)
);
create index account_identity_account on account_identity (account);

-- Tries to sign in, by hash of what they were for, whether an account has it or not.
create table sign_in_try (
  hash bytea primary key,
  -- Times of those that count.
  tries bigint[] not null,
  -- How often it was locked without a success since.
  locks integer not null,
  locked_until bigint not null,
  -- Whether the last one was refused.
  is_refused boolean not null,
  seen bigint not null
);
create index sign_in_try_seen on sign_in_try (seen);

-- Links, challenges and states that work once.
create table sign_in_token (
  hash bytea primary key,
  kind text collate "C" not null,
  account uuid references account on delete cascade,
  data jsonb not null,
  expires bigint not null
);
create index sign_in_token_expires on sign_in_token (expires);
create index sign_in_token_account on sign_in_token (account);

-- roles: those of the membership when it was chosen; with others the session is over.
create table session (
  hash bytea primary key,
  id uuid not null unique,
  account uuid not null references account on delete cascade,
  tenant smallint,
  fhir_user text collate "C",
  roles text[],
  methods text[] not null,
  signed_in bigint not null,
  second_factor bigint,
  started bigint not null,
  seen bigint not null,
  ip text,
  user_agent text
);
create index session_account on session (account);
create index session_seen on session (seen);
`,
} as const;
