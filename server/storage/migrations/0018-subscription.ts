/** Subscribers to changes, and what they are told. Times are milliseconds. */
export const subscription = {
  version: 18,
  name: 'subscription',
  sql: `
-- Raised with every change of table subscriber.
insert into setting values ('subscribers', '1');

-- A Subscription (id 'Subscription/…') or code of the server. tenant 0: code that hears of every tenant.
-- definition: JSON, see server/storage/subscribers.ts; owner: JSON of the principal in whose rights it is told.
-- since: the first transaction of which all changes are heard; earlier: JSON of those before it that were under way when it
-- began, which are heard too. due: next handshake while requested, next heartbeat while active.
create table subscriber (
  tenant smallint not null,
  id text collate "C" not null,
  state text collate "C" not null check (state in ('requested', 'active', 'error', 'off')),
  definition text not null,
  owner text,
  secret text,
  since bigint not null default 0,
  earlier text collate "C" not null default '[]',
  last_number bigint not null default 0,
  due bigint not null default 0,
  ends bigint,
  attempts smallint not null default 0,
  primary key (tenant, id)
);
create index subscriber_due on subscriber (due) where due > 0;

-- home: the subscriber's tenant; tenant: where the change was made. state: 0 to be delivered, 1 delivered, 2 dead, 3 dropped.
create table subscription_event (
  tenant smallint not null,
  home smallint not null,
  subscriber text collate "C" not null,
  number bigint not null,
  id uuid not null,
  pid bigint not null,
  type smallint not null,
  resource_id text collate "C" not null,
  version integer not null,
  interaction text collate "C" not null,
  at bigint not null,
  state smallint not null,
  attempts smallint not null default 0,
  due bigint not null,
  lease uuid,
  error text,
  finished bigint,
  primary key (tenant, subscriber, number)
);
create unique index subscription_event_version on subscription_event (tenant, subscriber, pid, version);
create index subscription_event_due on subscription_event (home, subscriber, due) where state = 0;
create index subscription_event_finished on subscription_event (finished) where finished is not null;

-- hash: SHA-256 of a token that binds one websocket to subscriptions; binder: JSON of who asked for it.
create table subscription_token (
  tenant smallint not null,
  hash bytea not null,
  subscriptions text[] not null,
  binder text not null,
  expires bigint not null,
  primary key (tenant, hash)
);
create index subscription_token_expires on subscription_token (expires);
`,
} as const;
