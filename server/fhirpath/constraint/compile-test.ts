import type { Call, Expression } from '../syntax/expression.ts';
import { compileChoiceEquality, compileTypeTest } from './compile-choice.ts';
import { compileDistinct } from './compile-distinct.ts';
import { compileOrder } from './compile-order.ts';
import { compileTemporalOrder } from './compile-temporal-order.ts';
import { compileIn, compileTextEquality, compileTextTest } from './compile-text.ts';
import { LOGIC } from './logic.ts';
import type { Test, TestContext } from './place.ts';
import { compileExists, compileSome, compileValue, staticPath, type StaticPath } from './static-path.ts';

/**
 * A condition over plain JSON without collections: the form that most constraints have. Undefined when the expression
 * needs more.
 */
export function compileTest(expression: Expression, context: TestContext): Test | undefined {
  return compileKnown(expression, context) ?? context.general?.(expression);
}

function compileKnown(expression: Expression, context: TestContext): Test | undefined {
  switch (expression.kind) {
    case 'binary':
      return compileBinary(expression, context);
    case 'call':
      return compileCall(expression, context);
    case 'member':
      return compileFlag(expression, context);
    case 'type':
      return compileTypeTest(expression, context);
    case 'literal': {
      const value = expression.text === 'true';
      return expression.type === 'System.Boolean' ? () => value : undefined;
    }
    default:
      return undefined;
  }
}

/** An element as a condition: a boolean itself, anything else when it is there. */
function compileFlag(expression: Expression, { definitions, type }: TestContext): Test | undefined {
  const path = staticPath(expression, type, definitions);
  if (path?.type !== 'boolean' || !path.isSingle) return undefined;
  const read = compileValue(path);
  return (value, place) => {
    const flag = read(value, place);
    return typeof flag === 'boolean' ? flag : undefined;
  };
}

function compileBinary(expression: Expression & { readonly kind: 'binary' }, context: TestContext): Test | undefined {
  const { operator, left, right } = expression;
  switch (operator) {
    case 'and':
    case 'or':
    case 'xor':
    case 'implies': {
      const a = compileTest(left, context);
      const b = a && compileTest(right, context);
      return a && b && LOGIC[operator](a, b);
    }
    case '=':
    case '!=':
      return compileEquality(expression, context);
    case 'in':
      return compileIn(left, right, context);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return compileOrder(operator, left, right, context) ?? compileTemporalOrder(operator, left, right, context);
    default:
      return undefined;
  }
}

function compileEquality(
  { operator, left, right }: Expression & { readonly kind: 'binary' },
  context: TestContext,
): Test | undefined {
  const isNegated = operator === '!=';
  const counted = compileOrder(isNegated ? '!=' : '=', left, right, context);
  if (counted !== undefined) return counted;
  const known =
    compileTextEquality(left, right, isNegated, context) ?? compileChoiceEquality(left, right, isNegated, context);
  if (known !== undefined) return known;
  // Conditions only: of other values it would matter what they are.
  if (!isCondition(left, context) || !isCondition(right, context)) return undefined;
  const a = compileKnown(left, context);
  const b = compileKnown(right, context);
  if (a === undefined || b === undefined) return undefined;
  return (value, place) => {
    const x = a(value, place);
    const y = b(value, place);
    return x === undefined || y === undefined ? undefined : (x === y) !== isNegated;
  };
}

const CONDITIONS = new Set(['exists', 'empty', 'not', 'all', 'hasValue', 'startsWith', 'matches', 'contains']);

function isCondition(expression: Expression, { definitions, type }: TestContext): boolean {
  if (expression.kind === 'literal') return expression.type === 'System.Boolean';
  if (expression.kind === 'call') return CONDITIONS.has(expression.name);
  if (expression.kind === 'member') return staticPath(expression, type, definitions)?.type === 'boolean';
  return expression.kind === 'binary' && /^(?:and|or|xor|implies|[<>=]=?|!=|in)$/.test(expression.operator);
}

function compileCall(call: Call, context: TestContext): Test | undefined {
  const { name, left, arguments: parameters } = call;
  const [parameter] = parameters;
  switch (name) {
    case 'not': {
      const test = left === undefined ? undefined : isCondition(left, context) ? compileTest(left, context) : undefined;
      return test === undefined ? undefined : (value, place) => negated(test(value, place));
    }
    case 'exists':
    case 'empty':
      return compilePresence(call, context);
    case 'all':
      return compileAll(call, context);
    case 'hasValue':
      return compileHasValue(left, context);
    case 'isDistinct':
      return left === undefined ? undefined : compileDistinct(left, context);
    case 'startsWith':
    case 'contains':
    case 'matches':
      return compileTextTest(name, left, parameter, context);
    default:
      return undefined;
  }
}

function negated(value: boolean | undefined): boolean | undefined {
  return value === undefined ? undefined : !value;
}

/** `x.exists()`, `x.exists(c)`, `x.where(c).exists()`, `x.empty()`, `x.where(c).empty()` */
function compilePresence(call: Call, context: TestContext): Test | undefined {
  const isWanted = call.name === 'exists';
  const left = withoutTrace(call.left);
  const [criterion] = call.arguments;
  const isFiltered = criterion === undefined && left?.kind === 'call' && left.name === 'where';
  const condition = isFiltered ? left.arguments[0] : criterion;
  const path = pathOf(isFiltered ? (left.left ?? { kind: 'this', at: left.at }) : left, context);
  if (path === undefined) return undefined;
  const exists = compileExists(path);
  if (condition === undefined) return isWanted ? exists : (value, place) => !exists(value, place);
  const some = compileSomeMatch(path, condition, context, true);
  if (some !== undefined) return isWanted ? some : (value, place) => !some(value, place);
  return unlessEmpty(exists, !isWanted, call, context);
}

/** `x.all(c)`: none for which it does not hold */
function compileAll(call: Call, context: TestContext): Test | undefined {
  const [condition] = call.arguments;
  const path = pathOf(call.left, context);
  if (path === undefined || condition === undefined) return undefined;
  const some = compileSomeMatch(path, condition, context, false);
  if (some !== undefined) return (value, place) => !some(value, place);
  return unlessEmpty(compileExists(path), true, call, context);
}

/** The long way only where there is something to look at. */
function unlessEmpty(
  exists: ReturnType<typeof compileExists>,
  otherwise: boolean,
  call: Call,
  { general }: TestContext,
): Test | undefined {
  const test = general?.(call);
  return test === undefined ? undefined : (value, place) => (exists(value, place) ? test(value, place) : otherwise);
}

function withoutTrace(expression: Expression | undefined): Expression | undefined {
  return expression?.kind === 'call' && expression.name === 'trace' ? withoutTrace(expression.left) : expression;
}

function compileSomeMatch(
  path: StaticPath,
  condition: Expression,
  { definitions }: TestContext,
  isWanted: boolean,
): ((...parameters: Parameters<Test>) => boolean) | undefined {
  const { type } = path;
  // The companions of primitives are items too, which a walk over values alone does not meet.
  if (type === undefined || definitions.type(type)?.kind === 'primitive') return undefined;
  const test = compileTest(condition, { definitions, type, general: undefined });
  if (test === undefined) return undefined;
  return compileSome(path, (value, place) => (test(value, place) === true) === isWanted);
}

function pathOf(expression: Expression | undefined, { definitions, type }: TestContext): StaticPath | undefined {
  return expression === undefined ? undefined : staticPath(expression, type, definitions);
}

function compileHasValue(left: Expression | undefined, context: TestContext): Test | undefined {
  const path = pathOf(left, context);
  if (path?.type === undefined || !path.isSingle) return undefined;
  if (context.definitions.type(path.type)?.kind !== 'primitive') return undefined;
  const read = compileValue(path);
  return (value, place) => read(value, place) !== undefined;
}
