import type { JsonObject } from '../../server/kernel/json.ts';
import type {
  CodeSystem,
  Concept,
  ConceptFilter,
  ConceptPage,
  ConceptQuery,
  InstantCodeSystem,
} from '../code-system.ts';
import { conceptFilter } from './concept-filter.ts';
import { conceptTable, reachable, type ConceptNode, type ConceptTable } from './concept-table.ts';
import { textAt } from './elements.ts';
import { rankOfText, wordsOf } from './word-prefixes.ts';

/** A code system whose hierarchy is at hand. */
export interface ResourceCodeSystem extends InstantCodeSystem {
  parentsOf(code: string): readonly string[];
}

// Kept as long as the resource itself: when the set of canonicals drops it, its table goes too.
const tables = new WeakMap<JsonObject, ResourceCodeSystem>();

/** The code system that a CodeSystem resource defines; its table of concepts is made when first asked for. */
export function resourceCodeSystem(resource: JsonObject): ResourceCodeSystem {
  const known = tables.get(resource);
  if (known !== undefined) return known;
  const made = make(resource);
  tables.set(resource, made);
  return made;
}

function make(resource: JsonObject): ResourceCodeSystem {
  const url = textAt(resource, 'url') ?? '';
  // "If this value is missing, then it is not specified whether a code system is case sensitive": the safe reading.
  const isCaseSensitive = resource.caseSensitive !== false;
  let table: ConceptTable | undefined;
  const read = (): ConceptTable => (table ??= conceptTable(resource, isCaseSensitive));
  const { concept: _, ...header } = resource;
  const codesOf = (nodes: readonly ConceptNode[] | undefined): readonly string[] =>
    (nodes ?? []).map(({ concept }) => concept.code);
  const parentsOf = (code: string): readonly string[] => codesOf(read().node(code)?.parents);

  return {
    url,
    version: textAt(resource, 'version'),
    content: contentOf(resource),
    isCaseSensitive,
    header,
    parentsOf,
    conceptOf: (code) => read().node(code)?.concept,
    codes: () => codesOf(read().nodes),
    selector(filters) {
      const test = allTests(read(), filters, url);
      return (code) => {
        const node = read().node(code);
        return node !== undefined && test(node);
      };
    },
    find(codes) {
      const found = new Map<string, Concept>();
      for (const code of codes) {
        const node = read().node(code);
        if (node !== undefined) found.set(code, node.concept);
      }
      return Promise.resolve(found);
    },
    parents: (code) => Promise.resolve(parentsOf(code)),
    children: (code) => Promise.resolve(codesOf(read().node(code)?.children)),
    isBelow(ancestor, code) {
      const [above, below] = [read().node(ancestor), read().node(code)];
      if (above === undefined || below === undefined) return Promise.resolve(false);
      return Promise.resolve(above === below || reachable(below, ({ parents }) => parents).has(above));
    },
    async matching(codes, filters) {
      const test = allTests(read(), filters, url);
      const matched = new Set<string>();
      for (const code of codes) {
        const node = read().node(code);
        if (node !== undefined && test(node)) matched.add(code);
      }
      return matched;
    },
    select: (query) => select(read(), query, url),
  };
}

function contentOf(resource: JsonObject): CodeSystem['content'] {
  const content = resource.content;
  return content === 'fragment' || content === 'example' || content === 'supplement' || content === 'not-present'
    ? content
    : 'complete';
}

function allTests(table: ConceptTable, filters: readonly ConceptFilter[], url: string): (node: ConceptNode) => boolean {
  const tests = filters.map((filter) => conceptFilter(table, filter, url));
  return (node) => tests.every((test) => test(node));
}

async function select(table: ConceptTable, query: ConceptQuery, url: string): Promise<ConceptPage> {
  const test = allTests(table, query.filters, url);
  const isWhole = query.filters.length === 0 && !query.isActiveOnly;
  const selected = isWhole
    ? table.nodes
    : table.nodes.filter((node) => (!query.isActiveOnly || !node.concept.isInactive) && test(node));
  const ordered = query.text === undefined ? selected : ranked(selected, query.text);
  const end = query.offset + query.count;
  return {
    concepts: ordered.slice(query.offset, end).map(({ concept }) => concept),
    total: ordered.length,
    hasMore: ordered.length > end,
  };
}

function ranked(nodes: readonly ConceptNode[], text: string): readonly ConceptNode[] {
  const typedWords = wordsOf(text);
  const hits = nodes.flatMap((node) => {
    const rank = rankOf(node.concept, text, typedWords);
    return rank === undefined ? [] : [{ node, rank }];
  });
  hits.sort((left, right) => left.rank - right.rank || left.node.order - right.node.order);
  return hits.map(({ node }) => node);
}

/** The best of display, code and designations; of equal rank the shorter display comes first. */
export function rankOf(concept: Concept, text: string, typedWords: readonly string[]): number | undefined {
  let best: number | undefined;
  const take = (candidate: string, handicap: number): void => {
    const rank = rankOfText(candidate, text, typedWords);
    if (rank !== undefined && (best === undefined || rank + handicap < best)) best = rank + handicap;
  };
  if (concept.display !== undefined) take(concept.display, 0);
  take(concept.code, 0.2);
  for (const { value } of concept.designations) take(value, 0.4);
  return best === undefined ? undefined : best + Math.min((concept.display ?? concept.code).length, 999) / 10_000;
}
