/** Online building of search slots that came later than the data. */
export const searchParameterJob = {
  version: 2,
  name: 'search-parameter-job',
  sql: `
-- building: rows of existing resources are being written; removing: rows are being dropped; the id is never used again for another path.
alter table search_slot add column state text not null default 'ready' check (state in ('ready', 'building', 'removing', 'removed'));

-- Raised with every change of search parameters or slot states; processes compare it with what they have loaded.
insert into setting values ('search_parameters', '1');

-- One pass over a tenant's resources of a type. The cursor (updated, pid) makes it resumable.
create table search_parameter_job (
  type text not null,
  tenant smallint not null,
  slots smallint[] not null,
  not_before bigint not null,
  leased_until bigint not null,
  total bigint not null,
  done bigint not null,
  last_updated bigint not null,
  last_pid bigint not null,
  primary key (type, tenant)
);
`,
} as const;
