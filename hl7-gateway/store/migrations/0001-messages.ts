/**
 * Messages, and what became of them. Each insert is of rows that never change (`message`) and narrow ones that do (`progress`),
 * so that the course of a message rewrites neither its bytes nor the index of what it is found by.
 */
export const messages = {
  version: 1,
  name: 'messages',
  sql: `
create table message (
  -- Order of arrival.
  seq bigint generated always as identity primary key,
  id uuid not null,
  direction text not null check (direction in ('in', 'out')),
  -- Logical id of the partner's Endpoint; empty: nobody that is known.
  partner text not null,
  local_port integer,
  remote_address text,
  certificate text,
  received_at timestamptz not null,
  bytes bytea not null,
  sha256 bytea not null,
  charset text not null,
  charset_rule text not null,
  event text not null,
  control_id text not null,
  version text not null,
  -- What it is found by: p:VALUE of patients' identifiers, o:VALUE of orders' numbers.
  refs text[] not null,
  -- Messages that share one are worked on in order of arrival; of each at least one.
  lanes bigint[] not null,
  -- Batch that it came in, message that it answers, or that it is the corrected text of.
  parent uuid,
  -- Whether the sender was told that it is here: such a message is told from its repetition.
  is_taken boolean not null
);
-- Bytes are mostly too short to be worth compressing.
alter table message alter column bytes set storage external;
create unique index message_id on message (id);
create unique index message_key on message (control_id, partner, sha256) where is_taken;
create index message_partner on message (partner, seq);
create index message_event on message (event, seq);
create index message_received on message using brin (received_at);
create index message_parent on message (parent) where parent is not null;
create index message_refs on message using gin (refs);

create table progress (
  seq bigint primary key,
  state text not null check (state in (
    'received', 'failed', 'applied', 'ignored', 'parked', 'superseded', 'dead', 'rejected', 'split',
    'queued', 'sending', 'waiting', 'acked', 'cancelled')),
  -- The lowest of the message's.
  lane bigint not null,
  -- By which the server knows that it has it: new when a person has it applied once more.
  delivery uuid not null,
  -- Why it is parked, rejected, ignored or dead; for machines and for people, without content of the message.
  reason text,
  note text,
  -- OperationOutcome with which the server refused it; may quote it.
  outcome jsonb,
  -- Task by which a person learns of it, and whether it is still to be closed.
  task text,
  is_task_open boolean not null default false,
  -- How often it ended with a result, and how often it was taken up since the last one.
  attempts integer not null default 0,
  taken integer not null default 0,
  next_at timestamptz not null default now(),
  leased_by uuid,
  leased_until timestamptz,
  reply bytea,
  reply_code text,
  -- Type/id of what it made or changed, of what it found newer than itself, and places that nobody reads.
  resources text[] not null default '{}',
  superseded text[] not null default '{}',
  unread text[] not null default '{}',
  ended_at timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02);
create index progress_open on progress (state, seq) where state in
  ('received', 'failed', 'parked', 'dead', 'rejected', 'queued', 'sending', 'waiting');
create index progress_task on progress (seq) where is_task_open;
create index progress_untasked on progress (seq) where task is null and state in ('parked', 'dead');
create index progress_ended on progress (ended_at) where ended_at is not null;

-- Of messages that are not done: the first of all its lanes is the next.
create table lane_entry (
  lane bigint not null,
  seq bigint not null,
  primary key (lane, seq)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index lane_entry_seq on lane_entry (seq);

-- What was tried without success, and what people did.
create table attempt (
  seq bigint not null,
  at timestamptz not null default now(),
  kind text not null,
  reason text,
  note text,
  -- Who, where it was a person.
  agent text
);
create index attempt_seq on attempt (seq);

create table sequence_number (
  partner text primary key,
  -- MSH-13 of the last message taken; -1: the next one begins anew.
  last bigint not null
);

create table unmapped_code (
  id bigint generated always as identity primary key,
  partner text not null,
  source text not null,
  code text not null,
  target text not null,
  display text,
  place text not null,
  first_seen timestamptz not null default now(),
  task text,
  answered_at timestamptz,
  unique (partner, source, code, target)
);
create index unmapped_code_open on unmapped_code (id) where task is null and answered_at is null;

create table waiting (
  code bigint not null,
  seq bigint not null,
  -- Whether the message is parked for it; others were applied with the partner's own code.
  is_required boolean not null,
  primary key (code, seq)
);
create index waiting_seq on waiting (seq);

-- A corrected text; applied when somebody else than its author agrees.
create table edit (
  id uuid primary key,
  seq bigint not null,
  bytes bytea not null,
  author text not null,
  explanation text not null,
  at timestamptz not null default now(),
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'refused')),
  decided_by text,
  decided_at timestamptz,
  check (decided_by is null or decided_by <> author)
);
create index edit_seq on edit (seq);
`,
} as const;
