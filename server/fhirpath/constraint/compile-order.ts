import type { JsonValue } from '../../kernel/json.ts';
import type { Expression } from '../syntax/expression.ts';
import type { ConstraintPlace, Test, TestContext } from './place.ts';
import { compileCount, compileValue, staticPath, type StaticPath } from './static-path.ts';

type Count = (value: JsonValue | undefined, place: ConstraintPlace) => number | undefined;

type CountContext = Pick<TestContext, 'definitions' | 'type'>;

type Comparison = '<' | '<=' | '>' | '>=' | '=' | '!=';

const HOLDS: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

/** Comparisons of counts and whole numbers: `(identifier.count() + name.count()) > 0`. */
export function compileOrder(
  operator: Comparison,
  left: Expression,
  right: Expression,
  context: CountContext,
): Test | undefined {
  const a = compileCounted(left, context) ?? (isZero(right) ? compileDecimal(left, context) : undefined);
  const b = a && compileCounted(right, context);
  if (a === undefined || b === undefined) return undefined;
  const holds = HOLDS[operator];
  return (value, place) => {
    const x = a(value, place);
    const y = b(value, place);
    return x === undefined || y === undefined ? undefined : holds(x, y);
  };
}

function isZero(expression: Expression): boolean {
  return expression.kind === 'literal' && expression.text === '0';
}

/** Against other numbers than 0 the digits that a double cannot hold would matter. */
function compileDecimal(expression: Expression, { definitions, type }: CountContext): Count | undefined {
  const path = staticPath(expression, type, definitions);
  return path?.isSingle === true && path.type === 'decimal' ? compileNumber(path) : undefined;
}

function compileCounted(expression: Expression, context: CountContext): Count | undefined {
  if (expression.kind === 'literal') {
    const number = Number(expression.text);
    return expression.type === 'System.Integer' ? () => number : undefined;
  }
  if (expression.kind === 'binary' && expression.operator === '+') {
    const a = compileCounted(expression.left, context);
    const b = a && compileCounted(expression.right, context);
    return a && b && ((value, place) => sum(a(value, place), b(value, place)));
  }
  if (expression.kind === 'call' && expression.name === 'count' && expression.left !== undefined) {
    const path = staticPath(expression.left, context.type, context.definitions);
    return path === undefined ? undefined : compileCount(path);
  }
  const path = staticPath(expression, context.type, context.definitions);
  if (path?.isSingle !== true || !/^(?:integer|positiveInt|unsignedInt)$/.test(path.type ?? '')) return undefined;
  return compileNumber(path);
}

function compileNumber(path: StaticPath): Count {
  const read = compileValue(path);
  return (value, place) => {
    const found = read(value, place);
    return typeof found === 'number' ? found : undefined;
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
