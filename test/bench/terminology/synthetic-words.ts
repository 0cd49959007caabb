import type { Random } from './random.ts';

const ONSETS = [
  'b',
  'br',
  'c',
  'ch',
  'd',
  'f',
  'g',
  'gl',
  'h',
  'k',
  'l',
  'm',
  'n',
  'p',
  'ph',
  'pl',
  'r',
  's',
  'st',
  't',
  'tr',
  'v',
  'z',
];
const NUCLEI = ['a', 'e', 'i', 'o', 'u', 'ae', 'io', 'ea'];
const CODAS = ['', '', 'l', 'm', 'n', 'r', 's', 'x', 'nt'];
const FREQUENT = ['of', 'the', 'to', 'in', 'and', 'with', 'by', 'left', 'right', 'disorder', 'structure', 'procedure'];

export interface Words {
  readonly all: readonly string[];
  /** Two to seven words. */
  phrase(random: Random): string;
}

/** A vocabulary in which the n-th word is about 1/n as frequent as the first (Zipf). */
export function createWords(random: Random, size: number): Words {
  const words = new Set(FREQUENT);
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';
  while (words.size < size) {
    let word = '';
    for (let syllable = 0; syllable < 2 + Math.floor(random() * 3); syllable += 1) {
      word += pick(ONSETS) + pick(NUCLEI) + pick(CODAS);
    }
    words.add(word);
  }
  const all = [...words];
  return {
    all,
    phrase(next) {
      const length = 2 + Math.floor(next() * next() * 6);
      const parts = Array.from({ length }, () => all[Math.floor(all.length ** next()) - 1] ?? 'of');
      const text = parts.join(' ');
      return text.charAt(0).toUpperCase() + text.slice(1);
    },
  };
}
