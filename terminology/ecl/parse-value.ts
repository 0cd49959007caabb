import type { EclText } from './ecl-text.ts';
import type { AttributeValue, Comparison, SearchTerm } from './ecl-tree.ts';
import type { Subsets } from './subsets.ts';

/** Longer symbols before those that they begin with. */
const COMPARISONS: readonly (readonly [string, Comparison])[] = [
  ['!=', '!='],
  ['<>', '!='],
  ['<=', '<='],
  ['>=', '>='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
];
const NUMBER = /[+-]?\d{1,30}(?:\.\d{1,30})?/y;

export function parseComparison(text: EclText): Comparison {
  for (const [symbol, comparison] of COMPARISONS) if (text.takes(symbol)) return comparison;
  throw text.fail('=, !=, <, <=, > or >=');
}

/** `=` or `!=`: whether it is the latter. */
export function parseNegation(text: EclText): boolean {
  if (text.takes('!=') || text.takes('<>')) return true;
  text.expect('=', '= or !=');
  return false;
}

/** What an attribute or a column is compared with: `#5`, `"text"`, `match:"text"`, `true`, or concepts. */
export function parseValue(text: EclText, comparison: Comparison, subsets: Subsets): AttributeValue {
  if (text.takes('#')) {
    const number = text.run(NUMBER);
    if (number === undefined) throw text.fail('a number');
    return { kind: 'number', text: number };
  }
  if (comparison !== '=' && comparison !== '!=')
    throw text.fail('"#" and a number, because only numbers have an order');
  if (text.takesWord('true')) return { kind: 'boolean', value: true };
  if (text.takesWord('false')) return { kind: 'boolean', value: false };
  const texts = parseTerms(text);
  if (texts !== undefined) return { kind: 'texts', texts };
  return { kind: 'concepts', of: subsets.operand(text) };
}

/** One term or several in parentheses. Undefined: no term stands here. */
export function parseTerms(text: EclText): readonly SearchTerm[] | undefined {
  const first = parseTerm(text);
  if (first !== undefined) return [first];
  const start = text.at();
  if (!text.takes('(')) return undefined;
  const terms: SearchTerm[] = [];
  for (let term = parseTerm(text); term !== undefined; term = parseTerm(text)) {
    terms.push(term);
    text.takes(',');
  }
  if (terms.length === 0) {
    text.goTo(start);
    return undefined;
  }
  text.expect(')', 'a further term or ")"');
  return terms;
}

function parseTerm(text: EclText): SearchTerm | undefined {
  const isWild = text.takesWord('wild');
  const isNamed = isWild || text.takesWord('match');
  if (isNamed) text.expect(':');
  const value = text.quoted();
  if (value === undefined) {
    if (isNamed) throw text.fail('a text in double quotes');
    return undefined;
  }
  if (value.trim() === '') throw text.fail('a text that is not empty before this');
  return { kind: isWild ? 'wild' : 'match', text: value };
}
