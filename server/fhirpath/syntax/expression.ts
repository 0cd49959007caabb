/** Place in the text of an expression; both 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type LiteralType =
  | 'System.Boolean'
  | 'System.String'
  | 'System.Integer'
  | 'System.Decimal'
  | 'System.Date'
  | 'System.DateTime'
  | 'System.Time'
  | 'System.Quantity';

export type BinaryOperator =
  | '*'
  | '/'
  | 'div'
  | 'mod'
  | '+'
  | '-'
  | '&'
  | '|'
  | '<'
  | '<='
  | '>'
  | '>='
  | '='
  | '~'
  | '!='
  | '!~'
  | 'in'
  | 'contains'
  | 'and'
  | 'or'
  | 'xor'
  | 'implies';

/** `left` is undefined where the chain starts: then `$this` is meant. */
export type Expression =
  | {
      readonly kind: 'literal';
      readonly type: LiteralType;
      /** Numbers as written, dates without `@`. */
      readonly text: string;
      /** Of a quantity: a UCUM code, or a calendar unit such as `year`. */
      readonly unit?: string;
      readonly at: Position;
    }
  | { readonly kind: 'empty'; readonly at: Position }
  | { readonly kind: 'this'; readonly at: Position }
  | { readonly kind: 'loop'; readonly name: 'index' | 'total'; readonly at: Position }
  | { readonly kind: 'variable'; readonly name: string; readonly at: Position }
  | { readonly kind: 'member'; readonly left?: Expression; readonly name: string; readonly at: Position }
  | Call
  | { readonly kind: 'index'; readonly left: Expression; readonly index: Expression; readonly at: Position }
  | { readonly kind: 'sign'; readonly operator: '+' | '-'; readonly operand: Expression; readonly at: Position }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: 'type';
      readonly operator: 'is' | 'as';
      readonly left: Expression;
      /** `Quantity`, `FHIR.Quantity`, `System.String` */
      readonly type: string;
      readonly at: Position;
    };

export interface Call {
  readonly kind: 'call';
  readonly left?: Expression;
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly at: Position;
}

/** An expression that cannot run, with the place in its text. */
export class FhirpathSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  constructor(reason: string, { line, column }: Position) {
    super(`line: ${line}; column: ${column}; message: ${reason}`);
    this.name = 'FhirpathSyntaxError';
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
}

/** The expressions that stand directly in another. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
      return expression.left === undefined ? [] : [expression.left];
    case 'call':
      return expression.left === undefined ? expression.arguments : [expression.left, ...expression.arguments];
    case 'index':
      return [expression.left, expression.index];
    case 'sign':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'type':
      return [expression.left];
    default:
      return [];
  }
}
