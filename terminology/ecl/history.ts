import type { EclText } from './ecl-text.ts';
import type { Expression } from './ecl-tree.ts';
import type { Subsets } from './subsets.ts';

const SAME_AS = '900000000000527005';
const MODERATE = [SAME_AS, '900000000000526001', '900000000000528000', '1186924009'];
const HISTORICAL_ASSOCIATION = '900000000000522004';

/** `HISTORY`, `HISTORY-MIN`, `-MOD`, `-MAX`, or with reference sets in parentheses: those of the associations meant. */
export function historyAssociations(text: EclText, subsets: Subsets): Expression {
  if (text.takesWord('history-min')) return { kind: 'concept', code: SAME_AS };
  if (text.takesWord('history-mod')) return { kind: 'or', parts: MODERATE.map((code) => ({ kind: 'concept', code })) };
  const isAll = text.takesWord('history-max');
  if (!isAll && !text.takesWord('history')) throw text.fail('HISTORY, HISTORY-MIN, HISTORY-MOD or HISTORY-MAX');
  if (!isAll && text.takes('(')) {
    const associations = subsets.expression(text);
    text.expect(')');
    return associations;
  }
  return { kind: 'hierarchy', operator: 'descendants', of: { kind: 'concept', code: HISTORICAL_ASSOCIATION } };
}
