import type { Queryable } from '../../server/storage/db.ts';
import type { CodeSystem, Concept } from '../code-system.ts';
import { scopeOf } from './condition.ts';
import { filtersSelection } from './filter-selection.ts';
import { CONCEPT_COLUMNS, readConcepts, type ConceptRow } from './read-concepts.ts';
import type { ReleaseReader } from './release-reader.ts';
import { releaseTables } from './release-tables.ts';
import type { Release } from './release.ts';
import { selectPage } from './select-page.ts';
import { typeahead } from './typeahead.ts';
import { wordsOf } from './words.ts';

/** A release in the database as a code system. */
export function storeCodeSystem(db: Queryable, release: Release): CodeSystem {
  const { url, version, content } = release;
  const { isCaseSensitive, header } = content;
  const tables = releaseTables(release.id);
  const codeOf = (alias: string): string => (isCaseSensitive ? `${alias}.code` : `lower(${alias}.code)`);
  const keyOf = (code: string): string => (isCaseSensitive ? code : code.toLowerCase());

  const query: ReleaseReader['query'] = (text, values, name) =>
    db.query({ text, values, ...(name === undefined ? {} : { name: `${name} of ${tables.concept}` }) });

  async function idsOf(codes: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (codes.length === 0) return new Map();
    const rows = await query<{ id: number; code: string }>(
      `select id, ${codeOf('c')} as code from ${tables.concept} c where ${codeOf('c')} = any($1::text[])`,
      [codes.map(keyOf)],
      'ids',
    );
    const byKey = new Map(rows.map(({ id, code }) => [code, id]));
    return new Map(
      codes.flatMap((code) => {
        const id = byKey.get(keyOf(code));
        return id === undefined ? [] : [[code, id] as const];
      }),
    );
  }

  const reader: ReleaseReader = {
    release,
    tables,
    keyOf,
    codeOf,
    query,
    async prepare(selection) {
      const scope = scopeOf(tables, content, await idsOf(selection.codes));
      return { condition: selection.condition(scope), values: scope.values };
    },
    concepts: (rows) => readConcepts(db, url, tables, content, rows),
  };

  const related = async (code: string, text: string, name: string): Promise<readonly string[]> => {
    const rows = await query<{ code: string }>(text, [keyOf(code)], name);
    return rows.map((row) => row.code);
  };

  return {
    url,
    version,
    content: 'complete',
    isCaseSensitive,
    header,
    async find(codes) {
      const rows = await query<ConceptRow & { key: string }>(
        `select ${CONCEPT_COLUMNS.join(', ')}, ${codeOf('c')} as key from ${tables.concept} c where ${codeOf('c')} = any($1::text[])`,
        [codes.map(keyOf)],
        'find',
      );
      const concepts = await reader.concepts(rows);
      const byKey = new Map(rows.map(({ key }, place) => [key, concepts[place]]));
      const found = new Map<string, Concept>();
      for (const code of codes) {
        const concept = byKey.get(keyOf(code));
        if (concept !== undefined) found.set(code, concept);
      }
      return found;
    },
    parents: (code) =>
      related(
        code,
        `select p.code from ${tables.concept} c join ${tables.concept} p on p.id = any(c.parents) where ${codeOf('c')} = $1 order by p.id`,
        'parents',
      ),
    children: (code) =>
      related(
        code,
        `select c.code from ${tables.concept} p join ${tables.concept} c on c.parents @> array[p.id] where ${codeOf('p')} = $1 order by c.id`,
        'children',
      ),
    async isBelow(ancestor, code) {
      const [row] = await query(
        `select from ${tables.concept} a, ${tables.concept} c where ${codeOf('a')} = $1 and ${codeOf('c')} = $2 and a.id = any(c.lineage)`,
        [keyOf(ancestor), keyOf(code)],
        'below',
      );
      return row !== undefined;
    },
    async matching(codes, filters) {
      const { condition, values } = await reader.prepare(filtersSelection(content, filters));
      const given = values.push(codes.map(keyOf));
      const rows = await query<{ key: string }>(
        `select ${codeOf('c')} as key from ${tables.concept} c where ${codeOf('c')} = any($${given}::text[]) and (${condition('c')})`,
        values,
      );
      const keys = new Set(rows.map(({ key }) => key));
      return new Set(codes.filter((code) => keys.has(keyOf(code))));
    },
    select(wanted) {
      const selection = filtersSelection(content, wanted.filters);
      const words = wanted.text === undefined ? [] : wordsOf(wanted.text);
      return words.length === 0 ? selectPage(reader, selection, wanted) : typeahead(reader, selection, wanted, words);
    },
  };
}
