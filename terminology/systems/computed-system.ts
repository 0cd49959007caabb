import type { JsonObject } from '../../server/kernel/json.ts';
import type { Concept, ConceptFilter, ConceptPage, ConceptQuery, InstantCodeSystem } from '../code-system.ts';
import { rankOf } from '../resource/resource-code-system.ts';
import { wordsOf } from '../resource/word-prefixes.ts';
import { conceptTest } from './concept-test.ts';

/** What a computed code system is made of; `load` runs when somebody first asks for it. */
export interface ComputedSystem {
  readonly url: string;
  readonly name: string;
  readonly title: string;
  /** Where its content comes from. */
  readonly description: string;
  readonly isCaseSensitive: boolean;
  /** Of the displays; undefined when they are of no language. */
  readonly language?: string;
  /** See CodeSystem. */
  readonly hasFreeDisplays?: true;
  load(): ComputedContent;
}

export interface ComputedContent {
  /** As the data say it; undefined when they do not. */
  readonly version: string | undefined;
  /** Those that can be listed, in their order. */
  readonly concepts: readonly Concept[];
  /** Usual ones among those that `parse` finds; made when somebody asks for a list. */
  readonly usual?: () => readonly Concept[];
  /** Nobody can list all codes: those that are listed are the usual ones. */
  readonly isOpen?: true;
  /** The concept of a well-formed code that is not listed. */
  readonly parse?: (code: string) => Concept | undefined;
  /** Properties that only codes found by `parse` have. */
  readonly grammarProperties?: readonly string[];
  /** Properties that are computed, by code: what a concept has in common with the value of a filter `=`. */
  readonly equals?: Readonly<Record<string, (code: string, value: string) => boolean>>;
}

const FLAT: readonly string[] = [];

/** A code system without hierarchy over concepts in memory. */
export function computedCodeSystem(system: ComputedSystem): InstantCodeSystem {
  const { url, isCaseSensitive } = system;
  const { version, concepts, usual, parse, isOpen, grammarProperties = [], equals = {} } = system.load();
  const keyOf = (code: string): string => (isCaseSensitive ? code : code.toLowerCase());
  const byCode = new Map(concepts.map((concept) => [keyOf(concept.code), concept]));
  let listed: readonly Concept[] | undefined;
  const list = (): readonly Concept[] => (listed ??= usual === undefined ? concepts : [...concepts, ...usual()]);
  const conceptOf = (code: string): Concept | undefined => byCode.get(keyOf(code)) ?? parse?.(code);
  const header = headerOf(system, version);
  const properties = new Set([
    ...Object.keys(equals),
    ...grammarProperties,
    ...concepts.flatMap((concept) => concept.properties.map((property) => property.code)),
  ]);
  const testOf = (filters: readonly ConceptFilter[]): ((concept: Concept) => boolean) => {
    const tests = filters.map((filter) => conceptTest({ url, properties, equals, keyOf }, filter));
    return (concept) => tests.every((test) => test(concept));
  };
  const selector = (filters: readonly ConceptFilter[]): ((code: string) => boolean) => {
    const test = testOf(filters);
    return (code) => {
      const concept = conceptOf(code);
      return concept !== undefined && test(concept);
    };
  };

  return {
    url,
    version,
    content: 'complete',
    isCaseSensitive,
    header,
    ...(system.hasFreeDisplays === undefined ? {} : { hasFreeDisplays: true }),
    conceptOf,
    ...(isOpen === undefined ? { codes: () => concepts.map(({ code }) => code) } : {}),
    selector,
    async find(codes) {
      const found = new Map<string, Concept>();
      for (const code of codes) {
        const concept = conceptOf(code);
        if (concept !== undefined) found.set(code, concept);
      }
      return found;
    },
    parents: async () => FLAT,
    children: async () => FLAT,
    isBelow: async (ancestor, code) => conceptOf(code) !== undefined && keyOf(ancestor) === keyOf(code),
    matching: async (codes, filters) => new Set(codes.filter(selector(filters))),
    select: async (query) => select(list(), testOf(query.filters), query, isOpen),
  };
}

function select(
  concepts: readonly Concept[],
  test: (concept: Concept) => boolean,
  { text, isActiveOnly, offset, count }: ConceptQuery,
  isOpen: true | undefined,
): ConceptPage {
  let found = concepts.filter((concept) => test(concept) && !(isActiveOnly && concept.isInactive));
  if (text !== undefined) found = bestOf(found, text);
  return {
    concepts: found.slice(offset, offset + count),
    total: found.length,
    hasMore: found.length > offset + count,
    ...(isOpen === undefined ? {} : { isOpen }),
  };
}

function bestOf(concepts: readonly Concept[], text: string): Concept[] {
  const words = wordsOf(text);
  const ranked = concepts.flatMap((concept) => {
    const rank = rankOf(concept, text, words);
    return rank === undefined ? [] : [{ concept, rank }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ concept }) => concept);
}

function headerOf(
  { url, name, title, description, language, isCaseSensitive }: ComputedSystem,
  version: string | undefined,
): JsonObject {
  return {
    resourceType: 'CodeSystem',
    ...(language === undefined ? {} : { language }),
    url,
    ...(version === undefined ? {} : { version }),
    name,
    title,
    status: 'active',
    experimental: false,
    description,
    caseSensitive: isCaseSensitive,
    content: 'complete',
  };
}
