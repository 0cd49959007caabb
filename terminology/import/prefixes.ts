import type { ListsByKey } from './lists-by-key.ts';

/** Prefixes that fewer concepts share are found through the index over words in a few milliseconds. */
const MIN_HITS = 1000;
/** Enough for pages of 20 out of what is below a concept that has 2 % of the system, and for deep pages of everything. */
const BEST = 1000;

export interface Prefix {
  readonly prefix: string;
  readonly hits: number;
  readonly ids: Int32Array;
}

export interface Vocabulary {
  /** All words, in the order of their UTF-16 units. */
  readonly words: readonly string[];
  /** By place of the word: the concepts that have it, by rank. */
  readonly postings: ListsByKey;
  /** By concept: its rank among all, from 0; and the concepts in that order. */
  readonly ranks: Int32Array;
  readonly byRank: Int32Array;
  /** By concept: places of the words of its display. */
  readonly displayWords: ListsByKey;
  isActive(concept: number): boolean;
}

/**
 * Beginnings of words that many concepts share, each with the best of those: active ones, displays that begin with it,
 * displays that have it, the others; each of these by rank.
 */
export function* frequentPrefixes(vocabulary: Vocabulary): Generator<Prefix> {
  const { words } = vocabulary;
  // [first word, end, length of the prefix] of the ranges that share a frequent prefix; each is cut by the next letter.
  const ranges: [number, number, number][] = [[0, words.length, 0]];
  const seen = new Int32Array(vocabulary.ranks.length).fill(-1);
  let stamp = 0;
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const [first, end, length] = range;
    for (let from = first; from < end;) {
      const prefix = (words[from] ?? '').slice(0, length + 1);
      let to = from + 1;
      while (to < end && words[to]?.startsWith(prefix) === true) to += 1;
      if (prefix.length === length + 1) {
        stamp += 1;
        const found = best(vocabulary, from, to, seen, stamp);
        if (found !== undefined) {
          yield { prefix, ...found };
          ranges.push([from, to, length + 1]);
        }
      }
      from = to;
    }
  }
}

function best(
  vocabulary: Vocabulary,
  first: number,
  end: number,
  seen: Int32Array,
  stamp: number,
): { readonly hits: number; readonly ids: Int32Array } | undefined {
  const concepts = vocabulary.postings.range(first, end);
  if (concepts.length <= MIN_HITS) return undefined;
  const { ranks, byRank } = vocabulary;
  const scores = new Float64Array(concepts.length);
  let hits = 0;
  for (const concept of concepts) {
    if (seen[concept] === stamp) continue;
    seen[concept] = stamp;
    scores[hits] = standing(vocabulary, concept, first, end) * ranks.length + (ranks[concept] ?? 0);
    hits += 1;
  }
  if (hits <= MIN_HITS) return undefined;
  const sorted = scores.subarray(0, hits).sort();
  return { hits, ids: Int32Array.from(sorted.subarray(0, BEST), (score) => byRank[score % ranks.length] ?? 0) };
}

function standing({ displayWords, isActive }: Vocabulary, concept: number, first: number, end: number): number {
  if (!isActive(concept)) return 3;
  const words = displayWords.of(concept);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? -1;
    if (word >= first && word < end) return at === 0 ? 0 : 1;
  }
  return 2;
}
