import type { ConceptPage, ConceptQuery } from '../code-system.ts';
import { all, type Condition, type Selection } from './condition.ts';
import { CONCEPT_COLUMNS, type ConceptRow } from './read-concepts.ts';
import { activeOnly, countedBelow } from './select-page.ts';
import type { ReleaseReader } from './release-reader.ts';

/** A beginning of a word that more concepts share than {@link PrefixRow.ids} names. */
interface PrefixRow {
  readonly prefix: string;
  readonly hits: number;
  /** The best ones, best first. */
  readonly ids: readonly number[];
}

const SMALL_PART = 50;

interface Search {
  readonly reader: ReleaseReader;
  readonly query: ConceptQuery;
  readonly words: readonly string[];
  readonly selection: Selection;
  /** Of the words, those that many concepts share; rarest first. */
  readonly frequent: readonly PrefixRow[];
}

/**
 * The concepts of which each word begins a word of the display or of a designation. First the best ones of the rarest
 * word, when all words are frequent; then the others: a code that is the text, exact displays, those that begin with the
 * text, those that have the words in their display; shorter before longer ones.
 */
export async function typeahead(
  reader: ReleaseReader,
  selection: Selection,
  query: ConceptQuery,
  typed: readonly string[],
): Promise<ConceptPage> {
  const long = typed.filter((word) => word.length > 1);
  const words = [...new Set(long.length > 0 ? long : typed)];
  const frequent = await reader.query<PrefixRow>(
    `select prefix, hits, ids from ${reader.tables.prefix} where prefix = any($1::text[]) order by hits`,
    [words],
    'prefixes',
  );
  const search: Search = { reader, query, words, selection, frequent };
  const { offset, count } = query;
  const wanted = offset + count + 1;
  const best = (await isSmall(reader, query)) ? [] : await fromBest(search, wanted);
  const others =
    best.length < wanted ? await fromIndex(search, best, Math.max(0, offset - best.length), wanted - best.length) : [];
  const ids = [...best.slice(offset), ...others].slice(0, count + 1);
  const hasMore = ids.length > count;
  const isEnd = !hasMore && (ids.length > 0 || offset === 0);
  return {
    concepts: await reader.concepts(await rowsOf(reader, ids.slice(0, count))),
    hasMore,
    ...(isEnd ? { total: offset + ids.length } : {}),
  };
}

/** Whether the filter leaves so little of the release that the best ones of a word hardly fill a page with it. */
async function isSmall(reader: ReleaseReader, query: ConceptQuery): Promise<boolean> {
  const below = await countedBelow(reader, query);
  return below !== undefined && below * SMALL_PART < reader.release.content.concepts;
}

/** When all words are frequent: of the best concepts of the rarest one those that match, best first. */
async function fromBest(
  { reader, query, words, selection, frequent }: Search,
  limit: number,
): Promise<readonly number[]> {
  const [rarest] = frequent;
  if (rarest === undefined || frequent.length < words.length) return [];
  const { condition, values } = await reader.prepare(selection);
  const others = words.filter((word) => word !== rarest.prefix);
  const where = activeOnly(query.isActiveOnly, all([condition, ...matches(others)]));
  const rows = await reader.query<{ id: number }>(
    `select c.id from unnest($${values.push(rarest.ids)}::integer[]) with ordinality best (id, place) ` +
      // A bound subquery: each id is looked up, nothing else is searched.
      `join lateral (select * from ${reader.tables.concept} f where f.id = best.id offset 0) c on true ` +
      `where ${where('c')} order by place limit ${limit}`,
    values,
  );
  return rows.map(({ id }) => id);
}

/**
 * Concepts that match, the best ones left out, through the index over words and lineages. Where a rare word or a filter
 * leaves few concepts, the frequent words are tested on those: to look them up costs as much as they have concepts.
 */
async function fromIndex(
  { reader, query, words, selection, frequent }: Search,
  best: readonly number[],
  offset: number,
  limit: number,
): Promise<readonly number[]> {
  const { condition, values } = await reader.prepare(selection);
  const common = new Set(frequent.map(({ prefix }) => prefix));
  const rare = words.filter((word) => !common.has(word));
  const isNarrow = rare.length > 0 || query.filters.length > 0;
  const looked = isNarrow ? rare : words;
  const tested = isNarrow ? words.filter((word) => common.has(word)) : [];
  const { concept } = reader.tables;
  const isTyped = `${reader.codeOf('c')} = $${values.push(reader.keyOf(query.text?.trim() ?? ''))}::text`;
  const text = `$${values.push(words.join(' '))}::text`;
  const allowed: Condition = activeOnly(
    query.isActiveOnly,
    best.length === 0 ? condition : all([condition, notIn(values.push(best))]),
  );
  const display = words.map((word) => `lower(c.display) ~ '\\m${word}'`).join(' and ');
  const ranked = ['id', 'is_active', 'code', 'display', 'length', 'words'].map((column) => `c.${column}`).join(', ');
  const rows = await reader.query<{ id: number }>(
    `with found as materialized (select ${ranked} from ${concept} c where ${allowed('c')} and ${all(matches(looked))('c')}) ` +
      `select c.id from (select * from found c where ${all(matches(tested))('c')} union all ` +
      `select ${ranked} from ${concept} c where ${allowed('c')} and ${isTyped} and not (${all(matches(words))('c')})) c ` +
      `order by not (${isTyped}), not c.is_active, lower(c.display) <> ${text}, not starts_with(lower(c.display), ${text}), ` +
      `not (${display}), c.length, c.id limit ${limit} offset ${offset}`,
    values,
  );
  return rows.map(({ id }) => id);
}

function notIn(parameter: number): Condition {
  return (alias) => `${alias}.id <> all($${parameter}::integer[])`;
}

async function rowsOf(reader: ReleaseReader, ids: readonly number[]): Promise<readonly ConceptRow[]> {
  if (ids.length === 0) return [];
  return reader.query<ConceptRow>(
    `select ${CONCEPT_COLUMNS.map((column) => `c.${column}`).join(', ')} from unnest($1::integer[]) with ordinality best (id, place) ` +
      `join ${reader.tables.concept} c on c.id = best.id order by place`,
    [ids],
    'rows',
  );
}

/** Words are letters and digits only: they need no quoting. */
function matches(words: readonly string[]): readonly Condition[] {
  return words.length === 0
    ? []
    : [(alias) => `${alias}.words @@ '${words.map((word) => `${word}:*`).join(' & ')}'::tsquery`];
}
