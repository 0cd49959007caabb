import { frequentPrefixes } from './prefixes.ts';
import { lineagesOf, type HierarchyFault, type Lineages } from './lineage.ts';
import { listsByKey, type ListsByKey } from './lists-by-key.ts';
import { UnreadableRelease } from './problem.ts';
import type { ReleaseBuilder } from './release-builder.ts';
import { cell } from './table-writer.ts';
import { wordsOf } from '../store/words.ts';
import { IntList } from './int-list.ts';

const MAX_LENGTH = 32_000;
/** Rows between two looks at whether chunks are full. */
const PORTION = 10_000;

export interface ReleaseCounts {
  readonly concepts: number;
  readonly active: number;
  readonly hasInactiveBelow: boolean;
}

/**
 * Writes the concepts with their lineages and words, and the frequent prefixes.
 * @throws UnreadableRelease when the hierarchy has a circle or is too deep
 */
export async function finishRelease(builder: ReleaseBuilder, file: string): Promise<ReleaseCounts> {
  const count = builder.codes.length;
  if (count === 0) throw new UnreadableRelease(file, 'holds no concept');
  const parents = listsByKey(builder.edges, count);
  const lineages = lineagesOf(count, parents, listsByKey(builder.edges, count, 1));
  if ('kind' in lineages) throw hierarchyError(builder, file, lineages);
  const vocabulary = sortWords(builder);
  await writeConcepts(builder, parents, lineages, vocabulary);
  await writePrefixes(builder, vocabulary);
  let active = 0;
  let hasInactiveBelow = false;
  builder.isActive.forEach((isActive, id) => {
    if (isActive) active += 1;
    else if (parents.of(id).length > 0) hasInactiveBelow = true;
  });
  return { concepts: count, active, hasInactiveBelow };
}

function hierarchyError({ codes }: ReleaseBuilder, file: string, { kind, concepts }: HierarchyFault): Error {
  const names = concepts.slice(0, 10).map((id) => codes[id] ?? '');
  return new UnreadableRelease(
    file,
    kind === 'circle'
      ? `the hierarchy has a circle: ${[...names, names[0]].join(' is below ')}`
      : `the concept ${names[0]} is below more than 2,000 others; such a deep hierarchy is not supported`,
  );
}

/** Renumbers the words in their order. */
function sortWords({ vocabulary, words }: ReleaseBuilder): readonly string[] {
  const sorted = [...vocabulary.keys()].sort();
  const places = new Int32Array(sorted.length);
  sorted.forEach((word, place) => (places[vocabulary.get(word) ?? 0] = place));
  for (let at = 1; at < words.length; at += 2) words.set(at, places[words.at(at)] ?? 0);
  return sorted;
}

async function writeConcepts(
  builder: ReleaseBuilder,
  parents: ListsByKey,
  lineages: Lineages,
  vocabulary: readonly string[],
): Promise<void> {
  const { codes, displays, definitions, isActive, isAbstract, own, writers } = builder;
  const words = listsByKey(builder.words, codes.length);
  for (let id = 0; id < codes.length; id += 1) {
    const display = displays[id];
    // Words are letters and digits; sorted and without repetition the text needs no work of PostgreSQL's parser.
    const lexemes = [...new Set(words.of(id))].map((word) => vocabulary[word] ?? '').join(' ');
    const length = Math.min(display?.length ?? MAX_LENGTH, MAX_LENGTH);
    writers.concept.add(
      `${id}\t${lineages.descendants[id] ?? 0}\t${length}\t${isActive[id] === true}\t${isAbstract[id] === true}\t` +
        `${cell(codes[id])}\t${cell(display)}\t${cell(definitions.get(id))}\t${cell(own[id])}\t` +
        `{${[...new Set(parents.of(id))].join()}}\t{${lineages.of(id).join()}}\t${lexemes}\n`,
    );
    if (id % PORTION === 0) await builder.drain();
  }
  await writers.concept.flush(true);
}

async function writePrefixes(builder: ReleaseBuilder, words: readonly string[]): Promise<void> {
  const { displays, isActive, writers } = builder;
  const count = displays.length;
  const byRank = Int32Array.from({ length: count }, (_, id) => id).sort(
    (a, b) => (displays[a]?.length ?? MAX_LENGTH) - (displays[b]?.length ?? MAX_LENGTH) || a - b,
  );
  const ranks = new Int32Array(count);
  byRank.forEach((id, rank) => (ranks[id] = rank));
  const places = new Map(words.map((word, place) => [word, place]));
  const displayWords = new IntList();
  displays.forEach((display, id) => {
    for (const word of display === undefined ? [] : wordsOf(display)) {
      displayWords.push(id);
      displayWords.push(places.get(word) ?? -1);
    }
  });
  const prefixes = frequentPrefixes({
    words,
    postings: listsByKey(builder.words, words.length, 1),
    ranks,
    byRank,
    displayWords: listsByKey(displayWords, count),
    isActive: (id) => isActive[id] === true,
  });
  for (const { prefix, hits, ids } of prefixes) {
    writers.prefix.add(`${prefix}\t${hits}\t{${ids.join()}}\n`);
    await builder.drain();
  }
  await writers.prefix.flush(true);
}
