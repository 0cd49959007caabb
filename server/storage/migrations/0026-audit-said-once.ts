/** Events of a page say who it was by the place of the first one that does, and patients once, see server/storage/audit-pages.ts. */
export const auditSaidOnce = {
  version: 26,
  name: 'audit-said-once',
  sql: `
-- What was found is "=" where it is the patients. An event without an agent has, for who it was, the place of the event of its page that has both.
create or replace function audit_events(events text, details text[]) returns table (
  place bigint, recorded bigint, id uuid, kind text, action text, outcome smallint, status smallint, interaction text,
  type text, resource_id text, version integer, agent text, who text, ip text, request_id text, patients text[],
  found text, detail_hash text, detail text
) language sql immutable parallel safe as $$
  select n, f[1]::bigint, f[2]::uuid, f[3], f[4], f[5]::smallint, f[6]::smallint, f[7], f[8], f[9], f[10]::integer,
    case when first is null then f[11] else split_part(first, chr(31), 11) end,
    case when first is null then f[12] else split_part(first, chr(31), 12) end,
    f[13], f[14], string_to_array(f[15], ' '), case when f[16] = '=' then f[15] else f[16] end, f[17], details[n]
  from (
    select f, n, case when f[11] is null and f[12] not like '{%' then e[f[12]::integer] end as first
    from (select string_to_array(events, chr(30)) as e offset 0) p,
    -- Without "offset 0" the text would be taken apart once for each column.
    lateral (select string_to_array(u.e, chr(31), '') as f, n from unnest(p.e) with ordinality u(e, n) offset 0) s
    offset 0
  ) t
$$;
`,
} as const;
