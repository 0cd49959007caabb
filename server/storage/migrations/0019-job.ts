/** Background work and the asynchronous pattern. Times are milliseconds of the database's clock. */
export const job = {
  version: 19,
  name: 'job',
  sql: `
-- What is decided about a job is decided here; pg-boss or Redis only tell processes that one is due.
create table job (
  tenant smallint not null,
  id uuid not null,
  queue text collate "C" not null,
  key text collate "C",
  payload text not null,
  state text collate "C" not null default 'waiting' check (state in ('waiting', 'active', 'completed', 'dead', 'cancelled')),
  priority smallint not null,
  attempts smallint not null,
  attempt smallint not null default 0,
  due bigint not null,
  -- When processes were told of it last; null: to be told.
  handed bigint,
  -- Of the run that is under way: only it may end the job, as long as its lease holds.
  run uuid,
  lease bigint,
  is_cancelled boolean not null default false,
  progress text,
  error text,
  created bigint not null,
  started bigint,
  finished bigint,
  primary key (tenant, id)
);
-- Messages of transports know a job by its id alone.
create index job_id on job (id);
create unique index job_key on job (tenant, queue, key) where key is not null and state in ('waiting', 'active');
create index job_due on job (due) where state = 'waiting';
create index job_lease on job (lease) where state = 'active';
create index job_finished on job (finished) where finished is not null;
create index job_created on job (created);

create table job_schedule (
  tenant smallint not null,
  name text collate "C" not null,
  queue text collate "C" not null,
  payload text not null,
  cron text not null,
  zone text not null,
  next bigint not null,
  primary key (tenant, name)
);
create index job_schedule_next on job_schedule (next);

-- Requests that are answered later; id is that of the job that works on them.
create table async_work (
  tenant smallint not null,
  id uuid not null,
  queue text collate "C" not null,
  -- Who may ask for it: a hash of the account and the client.
  owner text collate "C" not null,
  principal text not null,
  -- What was asked and the answer may hold data of patients, and are encrypted where those are. payload: what it is
  -- carried out with, as long as it is needed.
  asked text not null,
  payload text,
  status smallint,
  answer text,
  created bigint not null,
  finished bigint,
  primary key (tenant, id)
);
create index async_work_created on async_work (created);
create index async_work_owner on async_work (tenant, owner) where finished is null;
`,
} as const;
