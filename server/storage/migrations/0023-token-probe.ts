/** A look-up that statements ask of few rows, or of none. */
export const tokenProbe = {
  version: 23,
  name: 'token-probe',
  sql: `
-- Whether a resource has one of some tokens, given by the hashed part of their keys (server/search/index/key.ts) and their
-- systems (null: any). What stands in a function costs a statement nothing until it is called; as a sub-select its plan
-- would be set up each time (15 us), though most statements meet no resource with a security label.
create function has_token(pid bigint, sort_at bigint, slot bigint, hashes bigint[], systems integer[]) returns boolean
language plpgsql stable parallel safe as $$
begin
  return exists (
    select from unnest(hashes, systems) k(hash, system) cross join ix_token x
    where x.key = ((slot << 48) | k.hash) and (k.system is null or x.system = k.system)
      and x.sort_at = has_token.sort_at and x.pid = has_token.pid
    offset 0
  );
end $$;
`,
} as const;
