import { fault } from '../../server/kernel/fault.ts';

const MAX_LENGTH = 20_000;
const MAX_DEPTH = 100;
const MAX_PARTS = 1000;
const SPACE = /(?:\s|\/\*[^]*?\*\/)*/y;
const TERM = /\|[^|]*\|/y;
const DIGITS = /\d+/y;
const WORD = /[A-Za-z][A-Za-z0-9-]*/y;

/** The text of an expression and how far it is read. White space and comments stand between all parts. */
export interface EclText {
  /** Whether the symbol stands here. */
  sees(symbol: string): boolean;
  /** Steps over the symbol and the space behind it, if it stands here. */
  takes(symbol: string): boolean;
  /** As {@link takes}. @throws Fault when something else stands here */
  expect(symbol: string, expected?: string): void;
  /** The word that stands here, not stepped over. */
  word(): string | undefined;
  /** Steps over a word (in any case), if it is the next one. */
  takesWord(...words: readonly string[]): boolean;
  /** A run that the sticky pattern matches. */
  run(pattern: RegExp): string | undefined;
  digits(): string | undefined;
  /** Text between double quotes; `\"` and `\\` stand for themselves. Undefined: no quote stands here. */
  quoted(): string | undefined;
  /** A term between bars; it says nothing. */
  skipTerm(): void;
  isEnd(): boolean;
  at(): number;
  goTo(at: number): void;
  /** Runs a part that may hold others of its kind. @throws Fault when they are nested too deeply, or too many */
  nested<T>(read: () => T): T;
  fail(expected: string): Error;
}

/** @throws Fault `terminology.ecl` 400 with position and what was expected */
export function eclText(text: string): EclText {
  if (text.length > MAX_LENGTH) {
    throw eclFault(`The expression has ${text.length} characters; at most ${MAX_LENGTH} are accepted.`);
  }
  let at = 0;
  let depth = 0;
  let parts = 0;

  const run = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const space = (): void => void run(SPACE);
  const spaced = <T>(value: T): T => {
    space();
    return value;
  };
  const sees = (symbol: string): boolean => text.startsWith(symbol, at);
  const takes = (symbol: string): boolean => {
    if (!sees(symbol)) return false;
    at += symbol.length;
    return spaced(true);
  };
  const word = (): string | undefined => {
    WORD.lastIndex = at;
    return WORD.exec(text)?.[0];
  };
  const fail = (expected: string): Error => {
    const rest = text.slice(at, at + 20);
    const found = rest === '' ? 'the end' : `"${rest}${text.length > at + 20 ? '…' : ''}"`;
    return eclFault(`Character ${at + 1} of the expression: expected ${expected}, found ${found}.`);
  };
  space();
  return {
    sees,
    takes,
    fail,
    word,
    expect(symbol, expected = `"${symbol}"`) {
      if (!takes(symbol)) throw fail(expected);
    },
    takesWord(...words) {
      const found = word();
      if (found === undefined || !words.includes(found.toLowerCase())) return false;
      at += found.length;
      return spaced(true);
    },
    run: (pattern) => spaced(run(pattern)),
    digits: () => spaced(run(DIGITS)),
    quoted() {
      if (!sees('"')) return undefined;
      const start = at;
      let value = '';
      for (at += 1; at < text.length; at += 1) {
        const character = text.charAt(at);
        if (character === '"') {
          at += 1;
          return spaced(value);
        }
        if (character === '\\') at += 1;
        value += text.charAt(at);
      }
      at = start;
      throw fail('a text that ends with a double quote');
    },
    skipTerm() {
      if (!sees('|')) return;
      if (run(TERM) === undefined) throw fail('a term that ends with "|"');
      space();
    },
    isEnd: () => at >= text.length,
    at: () => at,
    goTo: (place) => void (at = place),
    nested(read) {
      depth += 1;
      parts += 1;
      if (depth > MAX_DEPTH) throw fail(`at most ${MAX_DEPTH} levels of nesting`);
      if (parts > MAX_PARTS) throw fail(`at most ${MAX_PARTS} parts`);
      try {
        return read();
      } finally {
        depth -= 1;
      }
    },
  };
}

export function eclFault(text: string): Error {
  return fault('terminology.ecl', 400, 'invalid', text);
}

/** `AND` or `,`, `OR`; undefined when neither stands here. */
export function joint(text: EclText): 'and' | 'or' | undefined {
  if (text.takes(',') || text.takesWord('and')) return 'and';
  return text.takesWord('or') ? 'or' : undefined;
}
