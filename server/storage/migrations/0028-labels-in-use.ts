/** What is kept back by labels: whether there are any is known without a look at each row, and their codes are not read by each statement. */
export const labelsInUse = {
  version: 28,
  name: 'labels-in-use',
  sql: `
-- Of slots with security labels the dictionary tells by '*' that there has been a value: it is written with the
-- first resource that has one (server/search/registry/noted-slots.ts). What is there already:
insert into uri_seen (slot, tenant, value)
select distinct n.slot, x.tenant, '*'
from search_slot s
cross join lateral (values (s.id::bigint), (s.id - 32768::bigint)) n(slot)
join ix_token x on x.key between n.slot << 48 and (n.slot << 48) | 281474976710655
where s.name = 'meta.security'
on conflict do nothing;

-- Tokens as one text, '{hash,…} {system,…}', which is taken apart when the function is called. As two arrays every statement
-- that mentions it would read their numbers: with 45 labels 9 us of the 32 that a read takes.
create function has_token(pid bigint, sort_at bigint, slot bigint, tokens text) returns boolean
language plpgsql stable parallel safe as $$
begin
  return exists (
    select from unnest(split_part(tokens, ' ', 1)::bigint[], split_part(tokens, ' ', 2)::integer[]) k(hash, system)
    cross join ix_token x
    where x.key = ((slot << 48) | k.hash) and (k.system is null or x.system = k.system)
      and x.sort_at = has_token.sort_at and x.pid = has_token.pid
    offset 0
  );
end $$;
drop function has_token(bigint, bigint, bigint, bigint[], integer[]);
`,
} as const;
