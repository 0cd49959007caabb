/**
 * Releases of large code systems. They belong to the installation, which has the licence, not to a tenant: every tenant
 * reads the same rows (reference tables where the schema is distributed), so no key here contains one.
 * Each release has tables of its own in this schema (terminology/store/release-tables.ts): it is loaded and indexed
 * without touching the others, becomes current by one row, and goes by DROP TABLE.
 */
export const terminology = {
  version: 6,
  name: 'terminology',
  sql: `
create schema terminology;

-- staging: being loaded; active: answers when no version is asked for; retired: answers for its version;
-- removed: its tables wait to be dropped.
create table terminology.release (
  id integer generated always as identity primary key,
  url text collate "C" not null,
  version text collate "C" not null,
  state text not null check (state in ('staging', 'active', 'retired', 'removed')),
  format text not null,
  sha256 text not null,
  content text not null default '{}',
  changed timestamptz not null default now()
);
create unique index release_active on terminology.release (url) where state = 'active';
create unique index release_version on terminology.release (url, version) where state in ('active', 'retired');

-- How many chunks of a table a load has written, so that a killed one continues.
create table terminology.load_progress (
  release integer not null references terminology.release on delete cascade,
  part text not null,
  chunks integer not null,
  primary key (release, part)
);
`,
} as const;
