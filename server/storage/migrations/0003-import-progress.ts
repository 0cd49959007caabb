/** What imports have loaded, so that an interrupted one continues and loads nothing twice. */
export const importProgress = {
  version: 3,
  name: 'import-progress',
  sql: `
-- key: hash over the input up to and including the line (or entry of a batch) that was loaded.
create table import_progress (key uuid not null, tenant smallint not null, primary key (key, tenant));
`,
} as const;
