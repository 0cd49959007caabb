import type { EclText } from './ecl-text.ts';
import type { Expression } from './ecl-tree.ts';

/** The parsers of expressions, for those parts of an expression that hold expressions. */
export interface Subsets {
  /** A whole one. */
  expression(text: EclText): Expression;
  /** One that needs no parentheses where it stands in another. */
  operand(text: EclText): Expression;
}
