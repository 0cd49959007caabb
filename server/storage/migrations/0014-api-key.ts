/** Keys by which programs sign in without OAuth. Times are milliseconds. */
export const apiKey = {
  version: 14,
  name: 'api-key',
  sql: `
-- hash: SHA-256 of the key, which is not kept. start: how it begins, to be recognised by.
create table api_key (
  tenant smallint not null,
  id uuid not null,
  hash bytea not null,
  start text not null,
  name text not null,
  roles text[] not null,
  scopes text[],
  networks text,
  created bigint not null,
  created_by text,
  expires bigint not null,
  revoked bigint,
  used bigint,
  primary key (tenant, id)
);
-- Which tenant a key belongs to is known by it alone.
create index api_key_hash on api_key (hash);
`,
} as const;
