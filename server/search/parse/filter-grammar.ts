import { badValue } from './search-faults.ts';

/** The grammar of `_filter`: https://hl7.org/fhir/R4/search_filter.html */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'compare'; readonly path: readonly PathStep[]; readonly operator: string; readonly value: string };

/** `subject` or `subject[active eq true]`; all but the last step of a path are references. */
export interface PathStep {
  readonly name: string;
  readonly condition: Expression | undefined;
}

const MAX_NESTING = 20;
const MAX_COMPARISONS = 200;
const SHAPE =
  'Write comparisons (path operator value) joined by "and" or "or", with parentheses and "not (…)", ' +
  'for example: given eq "Peter" and birthdate ge 2014-10-10.';

const BLANK = /[ \t\r\n]*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_:-]*/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
const BARE = /[^\s()[\]"]+/y;

interface Reader {
  readonly label: string;
  readonly text: string;
  at: number;
  comparisons: number;
}

/** @throws Fault 400 that says where the text is none of this grammar */
export function parseFilter(label: string, text: string): Expression {
  const reader: Reader = { label, text, at: 0, comparisons: 0 };
  const expression = readLogic(reader, 0);
  take(reader, BLANK);
  if (reader.at < text.length) throw unexpected(reader);
  return expression;
}

/** Left to right, since `and` and `or` have no precedence. */
function readLogic(reader: Reader, nesting: number): Expression {
  if (nesting > MAX_NESTING) {
    throw badValue(reader.label, reader.text, `It is nested more than ${MAX_NESTING} levels deep.`, 'too-costly');
  }
  let left = readTerm(reader, nesting);
  for (;;) {
    const start = reader.at;
    const word = takeName(reader);
    if (word !== 'and' && word !== 'or') {
      reader.at = start;
      return left;
    }
    const right = readTerm(reader, nesting);
    left = left.kind === word ? { kind: word, parts: [...left.parts, right] } : { kind: word, parts: [left, right] };
  }
}

function readTerm(reader: Reader, nesting: number): Expression {
  if (takeSign(reader, '(')) return readClosed(reader, nesting, ')');
  const start = reader.at;
  if (takeName(reader) === 'not' && takeSign(reader, '(')) {
    return { kind: 'not', part: readClosed(reader, nesting, ')') };
  }
  reader.at = start;
  return readComparison(reader, nesting);
}

function readClosed(reader: Reader, nesting: number, closing: string): Expression {
  const inner = readLogic(reader, nesting + 1);
  if (!takeSign(reader, closing)) throw unexpected(reader);
  return inner;
}

function readComparison(reader: Reader, nesting: number): Expression {
  reader.comparisons += 1;
  if (reader.comparisons > MAX_COMPARISONS) {
    throw badValue(reader.label, reader.text, `It has more than ${MAX_COMPARISONS} comparisons.`, 'too-costly');
  }
  const path: PathStep[] = [];
  do {
    const name = takeName(reader);
    if (name === undefined) throw unexpected(reader);
    path.push({ name, condition: takeSign(reader, '[') ? readClosed(reader, nesting, ']') : undefined });
  } while (takeSign(reader, '.'));
  const operator = takeName(reader);
  const value = operator === undefined ? undefined : takeValue(reader);
  if (operator === undefined || value === undefined) throw unexpected(reader);
  return { kind: 'compare', path, operator, value };
}

function takeValue(reader: Reader): string | undefined {
  take(reader, BLANK);
  const quoted = take(reader, QUOTED);
  return quoted === undefined ? take(reader, BARE) : quoted.slice(1, -1).replace(/\\(["\\])/g, '$1');
}

function takeName(reader: Reader): string | undefined {
  take(reader, BLANK);
  return take(reader, NAME);
}

function takeSign(reader: Reader, sign: string): boolean {
  take(reader, BLANK);
  if (!reader.text.startsWith(sign, reader.at)) return false;
  reader.at += 1;
  return true;
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (found !== undefined) reader.at += found.length;
  return found;
}

function unexpected(reader: Reader): Error {
  const { label, text, at } = reader;
  const where = at >= text.length ? 'It ends too early.' : `It cannot be read from character ${at + 1} on.`;
  return badValue(label, text, `${where} ${SHAPE}`);
}
