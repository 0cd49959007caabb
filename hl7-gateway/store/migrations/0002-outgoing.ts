/** Messages that go out are worked on by destination, and what was read of the server's changes is remembered. */
export const outgoing = {
  version: 2,
  name: 'outgoing',
  sql: `
-- Logical id of the Endpoint that it goes to; null: it came in.
alter table progress add column destination text;
update progress p set destination = m.partner from message m where m.seq = p.seq and m.direction = 'out';
create index progress_destination on progress (destination, seq)
  where destination is not null and state in ('queued', 'sending');
-- Those that nobody will take, and of which nobody has been told.
create index progress_refused on progress (seq)
  where destination is not null and task is null and state in ('rejected', 'dead');

create table change_cursor (
  -- Resource type whose changes are read.
  type text primary key,
  -- Number of the first event that has not been read.
  next bigint not null
);
`,
} as const;
