/** Longer words than any name has are cut, so that none exceeds what a lexeme of PostgreSQL holds. */
const MAX_WORD = 60;
const ASCII = /^[\x20-\x7e]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
const WORD = /[\p{L}\p{N}]+/gu;

/** The words of a text as they are searched: without case and accents, cut at everything that is no letter or digit. */
export function wordsOf(text: string): readonly string[] {
  const words = ASCII.test(text) ? text.toLowerCase().match(ASCII_WORD) : foldedWords(text);
  if (words === null) return [];
  return words.some((word) => word.length > MAX_WORD) ? words.map((word) => word.slice(0, MAX_WORD)) : words;
}

function foldedWords(text: string): string[] | null {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .match(WORD);
}
