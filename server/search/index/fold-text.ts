const ASCII = /^[\x20-\x7e]*$/;
const RUNS_OF_SPACE = / {2,}/;
/** Combining marks, and characters that nobody sees or types: soft hyphen, zero-width spaces and joiners, byte order mark. */
const INVISIBLE = /[\p{M}\u00ad\u200b-\u200f\u2060\ufeff]/gu;
/** Letters that Unicode does not decompose although people search for them without the stroke or ligature. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ĸ: 'k',
  ł: 'l',
  ŋ: 'n',
  þ: 'th',
  ŧ: 't',
  ς: 'σ',
  ƒ: 'f',
  ɨ: 'i',
  ʼ: "'",
  '’': "'",
  '‘': "'",
  '‐': '-',
  '–': '-',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/**
 * The form in which strings are stored and searched: without case and accents, white space collapsed, punctuation kept
 * (https://hl7.org/fhir/R4/search.html#string). Folding a folded text changes nothing.
 */
export function foldText(text: string): string {
  if (ASCII.test(text)) {
    const lower = text.toLowerCase();
    return (RUNS_OF_SPACE.test(lower) ? lower.replace(/ +/g, ' ') : lower).trim();
  }
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replace(/\s+/gu, ' ')
    .trim();
}
