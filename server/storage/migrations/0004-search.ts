/** What searches need beside the index rows. Measurements: server/docs/decisions/0004-search-plans.md */
export const search = {
  version: 4,
  name: 'search',
  sql: `
-- Keys of the dictionary's uris, so that :below finds their rows.
alter table uri_seen add column key bigint not null default 0;

-- Values that span a range or are open at one end (Range, "<5"): the ones that their low end alone does not find.
create index ix_quantity_span on ix_quantity (key) where low is distinct from high;

-- The earliest start of long rows that reach into a searched range comes from the index alone.
drop index ix_date_high;
create index ix_date_high on ix_date (key, high) include (low) where high - low > 86400000;

-- Texts as search/index/fold-text.ts folds them, for rechecks of resources: case, accents, ligatures, white space.
do $do$
declare
  -- With a C locale, lower() knows ASCII only.
  by_unicode text := (select quote_ident(collname) from pg_collation where collname in ('und-x-icu', 'pg_c_utf8') order by collname desc limit 1);
begin
  execute format($create$
    create function fold_text(value text) returns text language sql immutable parallel safe as $fold$
      select trim(regexp_replace(
        replace(replace(replace(replace(translate(
          regexp_replace(lower(normalize(value, NFKD)%s),
            '[\\u0300-\\u036f\\u0483-\\u0489\\u0591-\\u05bd\\u064b-\\u065f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f\\u00ad\\u200b-\\u200f\\u2060\\ufeff]', '', 'g'),
          'øđðħıĸłŋŧςƒɨʼ’‘‐–', 'oddhiklntσfi''''''--'),
          'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        '\\s+', ' ', 'g'))
    $fold$
  $create$, coalesce(' collate ' || by_unicode, ''));
end
$do$;
`,
} as const;
