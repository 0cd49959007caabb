const NOT_IN_WORD = /[^\p{L}\p{N}]+/u;

/** Words as they are compared: lower case, without accents. */
export function wordsOf(text: string): readonly string[] {
  return folded(text)
    .split(NOT_IN_WORD)
    .filter((word) => word !== '');
}

const ONLY_ASCII = /^[\x20-\x7e]*$/;

function folded(text: string): string {
  if (ONLY_ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}

/**
 * How well a text answers what a person typed: 0 is the same, 1 begins so, 2 has a word that begins with each of the
 * typed words; undefined: does not.
 */
export function rankOfText(text: string, typed: string, typedWords: readonly string[]): number | undefined {
  const whole = folded(text);
  const wanted = folded(typed).trim();
  if (whole === wanted) return 0;
  if (wanted !== '' && whole.startsWith(wanted)) return 1;
  return typedWords.every((prefix) => beginsWord(whole, prefix)) ? 2 : undefined;
}

// Without a list of words: this runs for each display of a system at each key press.
function beginsWord(text: string, prefix: string): boolean {
  for (let at = text.indexOf(prefix); at !== -1; at = text.indexOf(prefix, at + 1)) {
    if (at === 0 || NOT_IN_WORD.test(text.charAt(at - 1))) return true;
  }
  return false;
}
