import {
  FhirpathSyntaxError,
  type BinaryOperator,
  type Expression,
  type LiteralType,
  type Position,
} from './expression.ts';
import { tokensOf, type Token } from './token.ts';

/** Bounds on nesting and size, so that neither this parser nor what walks its trees runs out of stack. */
const MAX_DEPTH = 150;
const MAX_TOKENS = 4000;
const MAX_LENGTH = 50_000;

/** How tightly operators bind. https://hl7.org/fhirpath/N1/#operator-precedence */
const STRENGTH: Readonly<Record<string, number>> = {
  implies: 1,
  or: 2,
  xor: 2,
  and: 3,
  in: 4,
  contains: 4,
  '=': 5,
  '~': 5,
  '!=': 5,
  '!~': 5,
  '<': 6,
  '<=': 6,
  '>': 6,
  '>=': 6,
  '|': 7,
  is: 8,
  as: 8,
  '+': 9,
  '-': 9,
  '&': 9,
  '*': 10,
  '/': 10,
  div: 10,
  mod: 10,
};

const LITERALS: Readonly<Record<string, LiteralType>> = {
  string: 'System.String',
  integer: 'System.Integer',
  decimal: 'System.Decimal',
  date: 'System.Date',
  dateTime: 'System.DateTime',
  time: 'System.Time',
};

const CALENDAR_UNIT = /^(year|month|week|day|hour|minute|second|millisecond)s?$/;

/**
 * The syntax tree of an expression. https://hl7.org/fhirpath/N1/grammar.html
 * @throws FhirpathSyntaxError that says what stands where it cannot
 */
export function parseExpression(text: string): Expression {
  if (text.length > MAX_LENGTH) {
    const reason = `an expression may have ${MAX_LENGTH} characters, this has ${text.length}`;
    throw new FhirpathSyntaxError(reason, { line: 1, column: 1 });
  }
  const tokens = tokensOf(text);
  if (tokens.length > MAX_TOKENS) {
    const reason = `an expression may have ${MAX_TOKENS} names, values and operators, this has ${tokens.length}`;
    throw new FhirpathSyntaxError(reason, { line: 1, column: 1 });
  }
  return new Parser(tokens).whole();
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  whole(): Expression {
    const expression = this.expression(0);
    if (this.next.kind !== 'end') throw this.unexpected('an operator or the end');
    return expression;
  }

  private get next(): Token {
    const token = this.tokens[this.at];
    if (token === undefined) throw new RangeError('read past the last token');
    return token;
  }

  private take(): Token {
    const token = this.next;
    this.at += 1;
    return token;
  }

  private isSymbol(text: string): boolean {
    return this.next.kind === 'symbol' && this.next.text === text;
  }

  private accept(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.at += 1;
    return true;
  }

  private expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.unexpected(symbol);
  }

  private unexpected(expected: string): FhirpathSyntaxError {
    const { kind, text, at } = this.next;
    return new FhirpathSyntaxError(
      `${kind === 'end' ? text : `"${text.slice(0, 40)}"`} where ${expected} is expected`,
      at,
    );
  }

  private expression(least: number): Expression {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new FhirpathSyntaxError(`nested deeper than ${MAX_DEPTH} levels`, this.next.at);
    let left = this.signed();
    for (;;) {
      const { kind, text, at } = this.next;
      const strength = kind === 'symbol' || kind === 'name' ? STRENGTH[text] : undefined;
      if (strength === undefined || strength <= least) break;
      this.at += 1;
      if (text === 'is' || text === 'as') {
        left = { kind: 'type', operator: text, left, type: this.typeName(), at };
      } else {
        left = { kind: 'binary', operator: text as BinaryOperator, left, right: this.expression(strength), at };
      }
    }
    this.depth -= 1;
    return left;
  }

  private signed(): Expression {
    const { at } = this.next;
    for (const operator of ['+', '-'] as const) {
      if (!this.accept(operator)) continue;
      this.depth += 1;
      if (this.depth > MAX_DEPTH) throw new FhirpathSyntaxError(`nested deeper than ${MAX_DEPTH} levels`, at);
      const operand = this.signed();
      this.depth -= 1;
      return { kind: 'sign', operator, operand, at };
    }
    return this.chain();
  }

  private chain(): Expression {
    let left = this.term();
    for (;;) {
      const { at } = this.next;
      if (this.accept('.')) left = this.invocation(left);
      else if (this.accept('[')) {
        left = { kind: 'index', left, index: this.expression(0), at };
        this.expect(']');
      } else return left;
    }
  }

  private term(): Expression {
    const { kind, text, at } = this.next;
    if (kind === 'symbol') return this.bracketed(at);
    if (kind === 'variable') {
      this.at += 1;
      return { kind: 'variable', name: text, at };
    }
    if (kind === 'name' && (text === 'true' || text === 'false')) {
      this.at += 1;
      return { kind: 'literal', type: 'System.Boolean', text, at };
    }
    const type = LITERALS[kind];
    if (type === undefined) return this.invocation(undefined);
    this.at += 1;
    const unit = kind === 'integer' || kind === 'decimal' ? this.unit() : undefined;
    if (unit !== undefined) return { kind: 'literal', type: 'System.Quantity', text, unit, at };
    return { kind: 'literal', type, text, at };
  }

  private bracketed(at: Position): Expression {
    if (this.accept('(')) {
      const inner = this.expression(0);
      this.expect(')');
      return inner;
    }
    if (!this.accept('{')) throw this.unexpected('a value, a name or a bracket');
    this.expect('}');
    return { kind: 'empty', at };
  }

  /** `days` as `day`; undefined when none follows a number. */
  private unit(): string | undefined {
    const { kind, text } = this.next;
    if (kind === 'string') return this.take().text;
    const calendar = kind === 'name' ? CALENDAR_UNIT.exec(text)?.[1] : undefined;
    if (calendar !== undefined) this.at += 1;
    return calendar;
  }

  private invocation(left: Expression | undefined): Expression {
    const { kind, text, at } = this.take();
    if (kind === 'dollar') return this.special(left, text, at);
    const isReserved = left === undefined && kind === 'name' && /^(?:and|or|xor|implies|div|mod)$/.test(text);
    if ((kind !== 'name' && kind !== 'quoted-name') || isReserved) {
      this.at -= 1;
      throw this.unexpected(left === undefined ? 'a value or a name' : 'the name of an element or function');
    }
    const start = left === undefined ? {} : { left };
    if (!this.accept('(')) return { kind: 'member', ...start, name: text, at };
    return { kind: 'call', ...start, name: text, arguments: this.argumentList(), at };
  }

  private special(left: Expression | undefined, name: string, at: Position): Expression {
    if (left === undefined) {
      if (name === 'this') return { kind: 'this', at };
      if (name === 'index' || name === 'total') return { kind: 'loop', name, at };
    }
    throw new FhirpathSyntaxError(`$${name} cannot stand here; there are $this, $index and $total`, at);
  }

  private argumentList(): readonly Expression[] {
    if (this.accept(')')) return [];
    const list: Expression[] = [];
    do list.push(this.expression(0));
    while (this.accept(','));
    this.expect(')');
    return list;
  }

  private typeName(): string {
    const name = this.name();
    return this.accept('.') ? `${name}.${this.name()}` : name;
  }

  private name(): string {
    const { kind } = this.next;
    if (kind !== 'name' && kind !== 'quoted-name') throw this.unexpected('the name of a type');
    return this.take().text;
  }
}
