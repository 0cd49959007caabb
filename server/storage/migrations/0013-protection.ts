/** Keys of what is stored encrypted, legal holds, certificates of erasure. */
export const protection = {
  version: 13,
  name: 'protection',
  sql: `
-- Every key is wrapped by another one, in the end by a master key that is not in the database. Connections of tenants
-- cannot read this table: its tenant column has another name than the one by which tables are opened to them.
create sequence data_key_id;
create table data_key (
  tenant_id smallint not null,
  id bigint not null default nextval('data_key_id'),
  -- tenant: wraps the patients' keys; patient: encrypts elements (owner '': of resources that belong to no patient);
  -- index: of identifiers in the search index; system: of the server's own secrets; signing: Ed25519.
  kind text collate "C" not null check (kind in ('tenant', 'patient', 'index', 'system', 'signing')),
  owner text collate "C" not null default '',
  -- current: new data take it. retired: opens what is there. adding, leaving: of index keys, see protection/blind-index.ts.
  state text collate "C" not null default 'current' check (state in ('current', 'retired', 'adding', 'leaving', 'destroyed')),
  wrapped_by bigint,
  master text collate "C",
  -- Null: destroyed, and with it what it encrypted.
  wrapped bytea,
  -- Of index keys: what they are applied to.
  rules text,
  primary key (tenant_id, id)
);
create unique index data_key_id_only on data_key (id, tenant_id);
create unique index data_key_current on data_key (tenant_id, kind, owner) where state = 'current';
create index data_key_wrapped_by on data_key (wrapped_by);

-- Raised with every change of a key's state; processes compare it with what they have loaded.
insert into setting values ('keys', '1');

create table key_rotation (
  tenant_id smallint primary key,
  scope text not null,
  phase text collate "C" not null,
  not_before bigint not null,
  last_pid bigint not null default 0,
  last_version integer not null default 0,
  done bigint not null default 0
);

-- Statistics are samples of values, which would outlive what was erased; no plan needs those of texts as long as these.
alter table resource alter body set statistics 0;
alter table history alter body set statistics 0;
alter table idempotency alter answer set statistics 0;

create table legal_hold (
  tenant smallint not null,
  patient text collate "C" not null,
  reason text not null,
  set_by text not null,
  since bigint not null,
  primary key (tenant, patient)
);

-- subject: keyed hash of the patient's identity, so that who knows it can find the certificate, and nobody else.
create table erasure (
  tenant smallint not null,
  id uuid not null,
  subject text collate "C" not null,
  erased bigint not null,
  certificate text not null,
  signature text not null,
  primary key (tenant, id)
);
`,
} as const;
