/** Bulk export, import and deletion: how far each has come. Times are milliseconds. */
export const bulk = {
  version: 20,
  name: 'bulk',
  sql: `
create table bulk_work (
  tenant smallint not null,
  -- That of its async_work.
  id uuid not null,
  owner text collate "C" not null,
  -- Only the run that took it last may go on with it.
  run uuid not null,
  -- JSON, as its kind keeps it.
  state text not null,
  primary key (tenant, id)
);

-- Files that are being written or were written. size: bytes that count; what stands behind them in an open file is cut off.
create table bulk_file (
  tenant smallint not null,
  work uuid not null,
  name text collate "C" not null,
  kind text collate "C" not null check (kind in ('output', 'deleted', 'error')),
  type text collate "C" not null,
  count bigint not null,
  size bigint not null,
  raw bigint not null,
  crc bigint not null,
  state text collate "C" not null check (state in ('open', 'closed', 'stored')),
  primary key (tenant, work, name)
);

-- Identities (resource.ref) of the patients whose compartments are exported (role 0), and of what those refer to (role 1).
create table bulk_ref (
  tenant smallint not null,
  work uuid not null,
  role smallint not null,
  ref bigint not null,
  primary key (tenant, work, role, ref)
);
`,
} as const;
