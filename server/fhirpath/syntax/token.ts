import { FhirpathSyntaxError, type Position } from './expression.ts';

type TokenKind =
  | 'name'
  | 'quoted-name'
  | 'string'
  | 'integer'
  | 'decimal'
  | 'date'
  | 'dateTime'
  | 'time'
  | 'variable'
  | 'dollar'
  | 'symbol'
  | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Names, strings and variables without their marks and escapes; dates and times without `@`. */
  readonly text: string;
  readonly at: Position;
}

const BLANK = /(?:\s+|\/\/[^\r\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /\d+(?:\.\d+)?/y;
const DAY = '\\d{4}(?:-\\d{2}(?:-\\d{2})?)?';
const TIME = '\\d{2}(?::\\d{2}(?::\\d{2}(?:\\.\\d+)?)?)?';
const DATE_TIME = new RegExp(`@(${DAY}T(?:${TIME}(?:Z|[+-]\\d{2}:\\d{2})?)?)`, 'y');
const DATE = new RegExp(`@(${DAY})`, 'y');
const TIME_OF_DAY = new RegExp(`@T(${TIME})`, 'y');
const SYMBOL = /<=|>=|!=|!~|[.,()[\]{}+\-*/&|<>=~]/y;
const STRING = /'((?:[^'\\]|\\[\s\S])*)'/y;
const DELIMITED = /`((?:[^`\\]|\\[\s\S])*)`/y;
const ESCAPE = /\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g;
const ESCAPED: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', f: '\f' };

/**
 * The tokens of an expression, the last of them `end`. https://hl7.org/fhirpath/N1/#lexical-elements
 * @throws FhirpathSyntaxError
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let lineStart = 0;

  function match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  }
  function skip(length: number): void {
    for (let end = text.indexOf('\n', at); end !== -1 && end < at + length; end = text.indexOf('\n', end + 1)) {
      line += 1;
      lineStart = end + 1;
    }
    at += length;
  }

  for (;;) {
    const blank = match(BLANK);
    if (blank !== undefined) skip(blank[0].length);
    const position = { line, column: at - lineStart + 1 };
    if (at >= text.length) return [...tokens, { kind: 'end', text: 'the end', at: position }];
    const found = nextToken(match, text.slice(at, at + 2));
    if (found === undefined) throw new FhirpathSyntaxError(unreadable(text.slice(at)), position);
    tokens.push({ kind: found.kind, text: found.text, at: position });
    skip(found.length);
  }
}

interface Found {
  readonly kind: TokenKind;
  readonly text: string;
  readonly length: number;
}

type Match = (pattern: RegExp) => RegExpExecArray | undefined;

function nextToken(match: Match, [first = '', second = '']: string): Found | undefined {
  if (first === "'") return found('string', match(STRING), unescape);
  if (first === '`') return found('quoted-name', match(DELIMITED), unescape);
  if (first === '@') return second === 'T' ? found('time', match(TIME_OF_DAY)) : dateToken(match);
  if (first === '%') return variableToken(match);
  if (first === '$') return found('dollar', match(/\$([a-z]+)/y));
  if (first === '/' && second === '*') return undefined;
  const number = match(NUMBER);
  if (number !== undefined) return found(number[0].includes('.') ? 'decimal' : 'integer', number);
  return found('name', match(NAME)) ?? found('symbol', match(SYMBOL));
}

function found(
  kind: TokenKind,
  matched: RegExpExecArray | undefined,
  read?: (text: string) => string,
): Found | undefined {
  if (matched === undefined) return undefined;
  const text = matched[1] ?? matched[0];
  return { kind, text: read === undefined ? text : read(text), length: matched[0].length };
}

function dateToken(match: Match): Found | undefined {
  return found('dateTime', match(DATE_TIME)) ?? found('date', match(DATE));
}

function variableToken(match: Match): Found | undefined {
  return (
    found('variable', match(/%([A-Za-z_][A-Za-z0-9_]*)/y)) ??
    found('variable', match(/%[`']((?:[^`'\\]|\\[\s\S])*)[`']/y), unescape)
  );
}

/** What is no escape (`\d`) stays as it is, as regular expressions in published invariants are written so. */
function unescape(text: string): string {
  return text.replace(ESCAPE, (all: string, hex: string | undefined, character: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    const named = ESCAPED[character];
    if (named !== undefined) return named;
    return `'"\`\\/`.includes(character) ? character : all;
  });
}

function unreadable(rest: string): string {
  if (rest.startsWith('/*')) return 'the comment has no end; close it with */';
  if (rest.startsWith("'")) return "the string has no end; close it with '";
  if (rest.startsWith('`')) return 'the name has no end; close it with `';
  if (rest.startsWith('@')) return 'a date or time looks like @2026, @2026-11-25, @2026-11-25T14:30 or @T14:30';
  return `${JSON.stringify(rest.slice(0, 1))} cannot stand here`;
}
