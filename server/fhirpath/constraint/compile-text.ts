import { matchesPattern } from '../functions/bounded-pattern.ts';
import { CODE_SYSTEMS } from '../functions/code-systems.ts';
import type { Expression } from '../syntax/expression.ts';
import type { Test, TestContext } from './place.ts';
import { compileValue, staticPath } from './static-path.ts';

/** Codes and texts, which compare as the strings they are. */
const TEXTS = new Set(['string', 'code', 'uri', 'url', 'canonical', 'id', 'oid', 'uuid', 'markdown']);

/** Reads a single text element. */
function compileText(
  expression: Expression,
  { definitions, type }: TestContext,
): ReturnType<typeof compileValue> | undefined {
  const path = staticPath(expression, type, definitions);
  return path?.type !== undefined && path.isSingle && TEXTS.has(path.type) ? compileValue(path) : undefined;
}

/** `status in ('proposed' | 'cancelled')` */
export function compileIn(left: Expression, right: Expression, context: TestContext): Test | undefined {
  const texts = textsOf(right);
  const read = texts === undefined ? undefined : compileText(left, context);
  if (texts === undefined || read === undefined) return undefined;
  return (value, place) => {
    const found = read(value, place);
    return typeof found === 'string' ? texts.has(found) : undefined;
  };
}

function textsOf(expression: Expression): Set<string> | undefined {
  const constant = textConstant(expression);
  if (constant !== undefined) return new Set([constant]);
  if (expression.kind !== 'binary' || expression.operator !== '|') return undefined;
  const left = textsOf(expression.left);
  const right = textsOf(expression.right);
  return left && right && new Set([...left, ...right]);
}

function textConstant(expression: Expression): string | undefined {
  if (expression.kind === 'variable')
    return Object.hasOwn(CODE_SYSTEMS, expression.name) ? CODE_SYSTEMS[expression.name] : undefined;
  return expression.kind === 'literal' && expression.type === 'System.String' ? expression.text : undefined;
}

/** `status = 'final'`, `system = %ucum` */
export function compileTextEquality(
  left: Expression,
  right: Expression,
  isNegated: boolean,
  context: TestContext,
): Test | undefined {
  const text = textConstant(right);
  const read = text === undefined ? undefined : compileText(left, context);
  if (read === undefined) return undefined;
  return (value, place) => {
    const found = read(value, place);
    return typeof found === 'string' ? (found === text) !== isNegated : undefined;
  };
}

/** `url.startsWith('http:')` */
export function compileTextTest(
  name: 'startsWith' | 'contains' | 'matches',
  left: Expression | undefined,
  parameter: Expression | undefined,
  context: TestContext,
): Test | undefined {
  const read = left === undefined ? undefined : compileText(left, context);
  if (read === undefined || parameter?.kind !== 'literal' || parameter.type !== 'System.String') return undefined;
  const { text } = parameter;
  return (value, place) => {
    const found = read(value, place);
    if (typeof found !== 'string') return undefined;
    if (name === 'matches') return matchesPattern(found, text);
    return name === 'startsWith' ? found.startsWith(text) : found.includes(text);
  };
}
