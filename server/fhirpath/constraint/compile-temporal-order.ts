import type { Expression } from '../syntax/expression.ts';
import { compareTemporalTexts } from '../value/temporal.ts';
import type { Test, TestContext } from './place.ts';
import { compileValue, staticPath } from './static-path.ts';

const TEMPORALS = new Set(['date', 'dateTime', 'instant']);

/** Dates of one form order as their texts do; the others take the long way. */
export function compileTemporalOrder(
  operator: '<' | '<=' | '>' | '>=',
  left: Expression,
  right: Expression,
  { definitions, type, general }: TestContext,
): Test | undefined {
  const paths = [staticPath(left, type, definitions), staticPath(right, type, definitions)];
  const [a, b] = paths;
  if (a === undefined || b === undefined || general === undefined) return undefined;
  if (!paths.every((path) => path?.isSingle === true && TEMPORALS.has(path.type ?? ''))) return undefined;
  const readLeft = compileValue(a);
  const readRight = compileValue(b);
  const at = { line: 1, column: 1 };
  const otherwise = general({ kind: 'binary', operator, left, right, at });
  return (value, place) => {
    const x = readLeft(value, place);
    const y = readRight(value, place);
    if (typeof x !== 'string' || typeof y !== 'string') return undefined;
    const order = compareTemporalTexts(x, y);
    if (order === undefined) return otherwise(value, place);
    return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0;
  };
}
