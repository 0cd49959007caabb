import { eclFault, eclText, joint, type EclText } from './ecl-text.ts';
import type { Expression, HierarchyOperator } from './ecl-tree.ts';
import { historyAssociations } from './history.ts';
import { parseFilters } from './parse-filters.ts';
import { parseMemberFilters } from './parse-member-filters.ts';
import { parseRefinement } from './parse-refinement.ts';
import type { Subsets } from './subsets.ts';

/** Longer symbols before those that they begin with. */
const SYMBOLS: readonly (readonly [string, HierarchyOperator])[] = [
  ['!!>', 'top'],
  ['!!<', 'bottom'],
  ['<<!', 'childrenOrSelf'],
  ['<<', 'descendantsOrSelf'],
  ['<!', 'children'],
  ['<', 'descendants'],
  ['>>!', 'parentsOrSelf'],
  ['>>', 'ancestorsOrSelf'],
  ['>!', 'parents'],
  ['>', 'ancestors'],
];

const WORDS: readonly (readonly [string, HierarchyOperator])[] = [
  ['top', 'top'],
  ['bottom', 'bottom'],
  ['descendantof', 'descendants'],
  ['descendantorselfof', 'descendantsOrSelf'],
  ['childof', 'children'],
  ['childorselfof', 'childrenOrSelf'],
  ['ancestorof', 'ancestors'],
  ['ancestororselfof', 'ancestorsOrSelf'],
  ['parentof', 'parents'],
  ['parentorselfof', 'parentsOrSelf'],
];

/** What refinements and filters hold in turn. */
const SUBSETS: Subsets = { expression: parseExpression, operand: parseOperand };

/**
 * Parses ECL 2.2, brief or long syntax. Alternate identifiers (`LOINC#…`) are not supported.
 * @throws Fault `terminology.ecl` 400 with position and what was expected
 */
export function parseEcl(expression: string): Expression {
  const text = eclText(expression);
  const tree = parseExpression(text);
  if (!text.isEnd()) throw text.fail('AND, OR, MINUS, ":", "." or the end');
  return tree;
}

function parseExpression(text: EclText): Expression {
  return text.nested(() => {
    const first = parseOperand(text);
    if (text.takes(':')) return { kind: 'refined', of: first, by: parseRefinement(text, SUBSETS) };
    if (text.sees('.')) return dotted(text, first);
    if (text.takesWord('minus')) return { kind: 'minus', of: first, without: parseOperand(text) };
    const kind = joint(text);
    if (kind === undefined) return first;
    const parts = [first, parseOperand(text)];
    for (let next = joint(text); next !== undefined; next = joint(text)) {
      if (next !== kind) throw text.fail('parentheses around parts that are joined by AND and by OR');
      parts.push(parseOperand(text));
    }
    return { kind, parts };
  });
}

function dotted(text: EclText, first: Expression): Expression {
  let of = first;
  while (text.takes('.')) of = { kind: 'dotted', of, attribute: parseOperand(text) };
  return of;
}

/** An operator, what it works on, and its filters. */
function parseOperand(text: EclText): Expression {
  return text.nested(() => {
    const operator = hierarchyOperator(text);
    const isMembers = text.takes('^') || text.takesWord('memberof');
    const field = isMembers ? memberField(text) : undefined;
    let of = focus(text);
    if (field !== undefined) of = { kind: 'members', of, field, filters: parseMemberFilters(text, SUBSETS) };
    if (operator !== undefined) of = { kind: 'hierarchy', operator, of };
    return filtered(text, of);
  });
}

function hierarchyOperator(text: EclText): HierarchyOperator | undefined {
  for (const [symbol, operator] of SYMBOLS) if (text.takes(symbol)) return operator;
  for (const [word, operator] of WORDS) if (text.takesWord(word)) return operator;
  return undefined;
}

function memberField(text: EclText): 'referencedComponentId' | 'targetComponentId' {
  if (!text.takes('[')) return 'referencedComponentId';
  const isTarget = text.takesWord('targetcomponentid');
  if (!isTarget && !text.takesWord('referencedcomponentid')) {
    throw text.fail('referencedComponentId or targetComponentId');
  }
  text.expect(']');
  return isTarget ? 'targetComponentId' : 'referencedComponentId';
}

function focus(text: EclText): Expression {
  if (text.takes('*') || text.takesWord('any')) return { kind: 'any' };
  if (text.takes('(')) {
    const inner = parseExpression(text);
    text.expect(')', 'AND, OR, MINUS, ":", "." or ")"');
    return inner;
  }
  const code = text.digits();
  if (code === undefined) {
    if (text.word() !== undefined && text.run(/[A-Za-z0-9-]+#[^\s|),]+/y) !== undefined) {
      throw eclFault('Alternate identifiers (SCHEME#code) are not supported; write the SNOMED CT identifier.');
    }
    throw text.fail('a concept identifier, "*" or "("');
  }
  if (code.length < 6 || code.length > 18)
    throw text.fail(`an identifier of 6 to 18 digits before this, not "${code}"`);
  text.skipTerm();
  return { kind: 'concept', code };
}

function filtered(text: EclText, operand: Expression): Expression {
  let of = operand;
  while (text.takes('{{')) {
    if (text.takes('+')) {
      of = { kind: 'history', of, associations: historyAssociations(text, SUBSETS) };
    } else {
      of = { kind: 'filtered', of, filter: parseFilters(text, SUBSETS) };
    }
    text.expect('}}');
  }
  return of;
}
