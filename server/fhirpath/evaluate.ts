import { FUNCTIONS } from './functions/table.ts';
import { commonVariable } from './functions/fhir.ts';
import { asItems, isItems } from './functions/navigation.ts';
import { concatenate } from './functions/strings.ts';
import { itemAt, union } from './functions/subsetting.ts';
import { FhirpathError, spend, type Env, type Evaluate } from './model/env.ts';
import { booleanItems, decimalItems, integerItems, NONE, systemItem, type Item, type Items } from './model/item.ts';
import type { Navigator } from './model/navigate.ts';
import { conditionOf, singleton } from './model/singleton.ts';
import { isKindOf, resolveTypeName } from './model/type-name.ts';
import { isFixed } from './static/fixed.ts';
import { FhirpathSyntaxError, partsOf, type BinaryOperator, type Call, type Expression } from './syntax/expression.ts';
import { calculate, type ArithmeticOperator } from './value/arithmetic.ts';
import { negateDecimal } from './value/decimals.ts';
import { areCollectionsEqual, areCollectionsEquivalent, compareOperands } from './value/equality.ts';
import { operandOf } from './value/operand.ts';
import { isIn } from './value/sets.ts';
import { parseTemporal } from './value/temporal.ts';

interface EvaluateOptions {
  readonly navigator: Navigator;
  /** As FHIRPath is specified; otherwise as R4's own invariants and search parameters need it. */
  readonly isStrict: boolean;
}

/**
 * Compiles a syntax tree to closures over collections. https://hl7.org/fhirpath/N1
 * @throws FhirpathSyntaxError for unknown functions and types
 */
export function compileEvaluate(expression: Expression, options: EvaluateOptions): Evaluate {
  const run = compileNode(expression, options);
  if (expression.kind === 'literal' || expression.kind === 'variable' || !isFixed(expression)) return run;
  // In a loop, what does not depend on $this is computed once; the same wherever it is written.
  const text = JSON.stringify(expression, (key, value: unknown) => (key === 'at' ? undefined : value));
  return (self, env) => {
    env.memo ??= new Map();
    const known = env.memo.get(text);
    if (known !== undefined) return known;
    const items = run(self, env);
    env.memo.set(text, items);
    return items;
  };
}

function compileNode(expression: Expression, options: EvaluateOptions): Evaluate {
  switch (expression.kind) {
    case 'literal': {
      const items = literalItems(expression);
      return () => items;
    }
    case 'empty':
      return () => NONE;
    case 'this':
      return (self) => self;
    case 'loop':
      return expression.name === 'index' ? (_self, env) => integerItems(env.index) : (_self, env) => env.total;
    case 'variable':
      return compileVariable(expression.name);
    case 'member':
      return compileMember(expression, options);
    case 'call':
      return compileCall(expression, options);
    case 'index': {
      const left = compileEvaluate(expression.left, options);
      const index = compileEvaluate(expression.index, options);
      return (self, env) => itemAt(left(self, env), index(self, env));
    }
    case 'sign':
      return compileSign(expression.operator, compileEvaluate(expression.operand, options));
    case 'binary':
      return compileBinary(expression, options);
    case 'type': {
      const left = compileEvaluate(expression.left, options);
      const { definitions } = options.navigator;
      const type = resolveTypeName(expression.type, definitions, expression.at);
      const context = { definitions, isStrict: options.isStrict };
      const test = expression.operator === 'is' ? isItems : asItems;
      return (self, env) => test(left(self, env), type, context);
    }
  }
}

function literalItems(literal: Expression & { readonly kind: 'literal' }): Items {
  const { type, text, unit, at } = literal;
  switch (type) {
    case 'System.Boolean':
      return booleanItems(text === 'true');
    case 'System.Integer':
      // What no integer can hold is still a number.
      return Number(text) < 2 ** 31 ? integerItems(Number(text)) : decimalItems(text);
    case 'System.Decimal':
      return decimalItems(text);
    case 'System.Quantity':
      return [systemItem(type, { value: text, unit: unit ?? '1' })];
    case 'System.String':
      return [systemItem(type, text)];
    default: {
      const kind = type === 'System.Date' ? 'date' : type === 'System.Time' ? 'time' : 'dateTime';
      const plain = text.replace(/T$/, '');
      if (parseTemporal(plain, kind) === undefined) {
        throw new FhirpathSyntaxError(`there is no ${kind} ${text}`, at);
      }
      return [systemItem(type, plain)];
    }
  }
}

function compileVariable(name: string): Evaluate {
  return (_self, env) => {
    const items = env.variables.get(name) ?? commonVariable(name, env);
    if (items !== undefined) return items;
    const known = ['resource', 'rootResource', 'context', 'ucum', 'sct', 'loinc', ...env.variables.keys()];
    throw new FhirpathError(`%${name} is not known; known are ${known.map((one) => `%${one}`).join(', ')}`);
  };
}

function compileMember({ left, name }: Expression & { readonly kind: 'member' }, options: EvaluateOptions): Evaluate {
  const { navigator } = options;
  if (left !== undefined) {
    const input = compileEvaluate(left, options);
    return (self, env) => membersOf(input(self, env), name, env);
  }
  if (navigator.definitions.type(name) === undefined) return (self, env) => membersOf(self, name, env);
  // At the start, `Patient` is the resource itself.
  return (self, env) =>
    self.flatMap((item): Items => {
      return isKindOf(navigator.definitions, item.type, name) ? [item] : membersOf([item], name, env);
    });
}

function membersOf(items: Items, name: string, env: Env): Items {
  if (items.length === 0) return NONE;
  const found: Item[] = [];
  for (const item of items) env.navigator.addMembers(item, name, found);
  spend(env, items.length + found.length);
  return found;
}

function compileCall(call: Call, options: EvaluateOptions): Evaluate {
  const definition = FUNCTIONS.get(call.name);
  if (definition === undefined) {
    const known = [...FUNCTIONS.keys()].sort().join(', ');
    throw new FhirpathSyntaxError(`there is no function ${call.name}(); there are ${known}`, call.at);
  }
  const [least, most] = definition.arity;
  const count = call.arguments.length;
  if (count < least || count > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new FhirpathSyntaxError(`${call.name}() takes ${wanted} arguments, not ${count}`, call.at);
  }
  const input: Evaluate = call.left === undefined ? (self) => self : compileEvaluate(call.left, options);
  const isTyped = call.name === 'is' || call.name === 'as' || call.name === 'ofType';
  const parameters = isTyped
    ? []
    : call.arguments.map((argument) => compileEvaluate(operandIn(call, argument), options));
  return definition.compile(input, parameters, {
    definitions: options.navigator.definitions,
    isStrict: options.isStrict,
    call,
  });
}

/** In sort() a minus means the other direction. */
function operandIn({ name }: Call, argument: Expression): Expression {
  return name === 'sort' && argument.kind === 'sign' ? argument.operand : argument;
}

function compileSign(operator: '+' | '-', operand: Evaluate): Evaluate {
  return (self, env) => {
    const item = singleton(operand(self, env), operator);
    if (item === undefined) return NONE;
    const value = operandOf(item);
    if (value.kind === 'integer') return integerItems(operator === '-' ? -value.value : value.value);
    if (value.kind === 'decimal') return decimalItems(operator === '-' ? negateDecimal(value.value) : value.value);
    if (value.kind === 'quantity') {
      const { value: text, unit } = value.value;
      return [systemItem('System.Quantity', { value: operator === '-' ? negateDecimal(text) : text, unit })];
    }
    throw new FhirpathError(`${operator} takes a number or quantity, not ${item.type}`);
  };
}

type Operate = (left: Items, right: Items, env: Env) => Items;

const OPERATORS: Readonly<Partial<Record<BinaryOperator, Operate>>> = {
  '|': union,
  '&': concatenate,
  '=': (left, right, env) => booleanItems(areCollectionsEqual(left, right, env)),
  '!=': (left, right, env) => {
    const isEqual = areCollectionsEqual(left, right, env);
    return booleanItems(isEqual === undefined ? undefined : !isEqual);
  },
  '~': (left, right, env) => booleanItems(areCollectionsEquivalent(left, right, env)),
  '!~': (left, right, env) => booleanItems(!areCollectionsEquivalent(left, right, env)),
  '<': order((sign) => sign < 0),
  '<=': order((sign) => sign <= 0),
  '>': order((sign) => sign > 0),
  '>=': order((sign) => sign >= 0),
  in: membership,
  contains: (left, right, env) => membership(right, left, env),
  '+': arithmetic('+'),
  '-': arithmetic('-'),
  '*': arithmetic('*'),
  '/': arithmetic('/'),
  div: arithmetic('div'),
  mod: arithmetic('mod'),
};

function compileBinary(
  { operator, left, right, at }: Expression & { readonly kind: 'binary' },
  options: EvaluateOptions,
): Evaluate {
  const a = scoped(compileEvaluate(left, options), left);
  const b = scoped(compileEvaluate(right, options), right);
  const operate = OPERATORS[operator];
  if (operate !== undefined) return (self, env) => operate(a(self, env), b(self, env), env);
  if (operator === 'and') return logic(a, b, operator, false, (x, y) => x && y);
  if (operator === 'or') return logic(a, b, operator, true, (x, y) => x || y);
  if (operator === 'xor') return logic(a, b, operator, undefined, (x, y) => x !== y);
  if (operator === 'implies') return implication(a, b);
  throw new FhirpathSyntaxError(`there is no operator ${operator}`, at);
}

/** Variables that one side defines are not those of the other. */
function scoped(evaluate: Evaluate, expression: Expression): Evaluate {
  if (!definesVariable(expression)) return evaluate;
  return (self, env) => {
    const outer = env.variables;
    const items = evaluate(self, env);
    env.variables = outer;
    return items;
  };
}

function definesVariable(expression: Expression): boolean {
  return (
    (expression.kind === 'call' && expression.name === 'defineVariable') || partsOf(expression).some(definesVariable)
  );
}

/** Three-valued: `decided` is what one side alone decides, whatever the other is. */
function logic(
  a: Evaluate,
  b: Evaluate,
  where: string,
  decided: boolean | undefined,
  combine: (x: boolean, y: boolean) => boolean,
): Evaluate {
  return (self, env) => {
    const x = conditionOf(a(self, env), where);
    if (x !== undefined && x === decided) return booleanItems(x);
    const y = conditionOf(b(self, env), where);
    if (y !== undefined && y === decided) return booleanItems(y);
    return x === undefined || y === undefined ? NONE : booleanItems(combine(x, y));
  };
}

function implication(a: Evaluate, b: Evaluate): Evaluate {
  return (self, env) => {
    const x = conditionOf(a(self, env), 'implies');
    if (x === false) return booleanItems(true);
    const y = conditionOf(b(self, env), 'implies');
    if (y === true) return booleanItems(true);
    return x === undefined || y === undefined ? NONE : booleanItems(false);
  };
}

function order(holds: (sign: number) => boolean): Operate {
  return (left, right) => {
    const a = singleton(left, 'A comparison');
    const b = singleton(right, 'A comparison');
    if (a?.value === undefined || b?.value === undefined) return NONE;
    const x = operandOf(a);
    const y = operandOf(b);
    const sign = x.kind === 'boolean' ? undefined : compareOperands(x, y);
    if (sign !== undefined) return booleanItems(holds(sign));
    if (x.kind === 'malformed' || y.kind === 'malformed') return NONE;
    if (x.kind === y.kind && (x.kind === 'temporal' || x.kind === 'quantity')) return NONE;
    throw new FhirpathError(`${a.type} and ${b.type} cannot be compared`);
  };
}

function membership(left: Items, right: Items, env: Env): Items {
  const item = singleton(left, 'in');
  return item === undefined ? NONE : booleanItems(isIn(item, right, env));
}

function arithmetic(operator: ArithmeticOperator): Operate {
  return (left, right, env) => {
    const a = singleton(left, operator);
    const b = singleton(right, operator);
    if (a?.value === undefined || b?.value === undefined) return NONE;
    const x = operandOf(a);
    const y = operandOf(b);
    if (x.kind === 'malformed' || y.kind === 'malformed') return NONE;
    if (operator === '+' && x.kind === 'string' && y.kind === 'string') return concatenate(left, right, env);
    const result = calculate(operator, x, y);
    if (result === undefined) throw new FhirpathError(`${a.type} ${operator} ${b.type} cannot be computed`);
    return result;
  };
}
