import { joint, type EclText } from './ecl-text.ts';
import type { Attribute, Cardinality, Refinement } from './ecl-tree.ts';
import { parseComparison, parseValue } from './parse-value.ts';
import type { Subsets } from './subsets.ts';

/** What stands behind ":": attributes and groups of them. */
export function parseRefinement(text: EclText, subsets: Subsets): Refinement {
  return joined(text, () => subRefinement(text, subsets));
}

function joined(text: EclText, read: () => Refinement): Refinement {
  const first = read();
  const kind = joint(text);
  if (kind === undefined) return first;
  const parts = [first, read()];
  for (let next = joint(text); next !== undefined; next = joint(text)) {
    if (next !== kind) throw text.fail('parentheses around parts that are joined by AND and by OR');
    parts.push(read());
  }
  return { kind, parts };
}

function subRefinement(text: EclText, subsets: Subsets): Refinement {
  return text.nested(() => {
    const inner = parenthesised(text, () => parseRefinement(text, subsets));
    if (inner !== undefined) return inner;
    const cardinality = parseCardinality(text);
    if (!text.takes('{')) return attribute(text, subsets, cardinality);
    const of = joined(text, () => subAttribute(text, subsets));
    text.expect('}', 'AND, OR or "}"');
    return { kind: 'group', cardinality, of };
  });
}

function subAttribute(text: EclText, subsets: Subsets): Refinement {
  return text.nested(
    () =>
      parenthesised(text, () => joined(text, () => subAttribute(text, subsets))) ??
      attribute(text, subsets, parseCardinality(text)),
  );
}

/**
 * A parenthesis opens attributes, or a set of concepts that is the name of one: which it was shows what follows it.
 */
function parenthesised(text: EclText, read: () => Refinement): Refinement | undefined {
  const start = text.at();
  if (!text.takes('(')) return undefined;
  let inner: Refinement | undefined;
  try {
    inner = read();
  } catch (error) {
    text.goTo(start);
    if (!isNameOfAttribute(text)) {
      text.goTo(start);
      throw error;
    }
  }
  if (inner !== undefined && text.takes(')')) return inner;
  text.goTo(start);
  return undefined;
}

/** Whether a comparison follows the parenthesis that opens here. */
function isNameOfAttribute(text: EclText): boolean {
  const inside = text.run(/\([^()]*(?:\([^()]*\)[^()]*)*\)/y);
  return inside !== undefined && (text.sees('=') || text.sees('!=') || text.sees('<') || text.sees('>'));
}

function attribute(text: EclText, subsets: Subsets, cardinality: Cardinality | undefined): Attribute {
  const isReverse = text.takesWord('r', 'reverseof');
  const name = subsets.operand(text);
  const comparison = parseComparison(text);
  return {
    kind: 'attribute',
    cardinality,
    isReverse,
    name,
    comparison,
    value: parseValue(text, comparison, subsets),
  };
}

function parseCardinality(text: EclText): Cardinality | undefined {
  if (!text.takes('[')) return undefined;
  const min = number(text);
  text.expect('..', '".."');
  const max = text.takes('*') ? undefined : number(text);
  text.expect(']');
  if (max !== undefined && max < min) throw text.fail('a maximum before this that is not below the minimum');
  return { min, max };
}

function number(text: EclText): number {
  const digits = text.digits();
  if (digits === undefined || digits.length > 6) throw text.fail('a number of at most 6 digits');
  return Number(digits);
}
