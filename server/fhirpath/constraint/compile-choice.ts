import { isObject } from '../../kernel/json.ts';
import { isTypeOf, resolveTypeName } from '../model/type-name.ts';
import type { Expression } from '../syntax/expression.ts';
import type { Test, TestContext } from './place.ts';
import { compileExists, staticPath, type StaticPath } from './static-path.ts';

/** `answer is Boolean`: which of a choice's properties is there. */
export function compileTypeTest(
  { operator, left, type: name, at }: Expression & { readonly kind: 'type' },
  { definitions, type }: TestContext,
): Test | undefined {
  const choice = operator === 'is' ? choiceOf(left, { definitions, type }) : undefined;
  if (choice === undefined) return undefined;
  const wanted = resolveTypeName(name, definitions, at);
  const owner = definitions.type(type);
  const properties = choice.properties.map((property) => {
    const code = owner?.properties.get(property.replace(/^_/, ''))?.type.code ?? '';
    return [property, isTypeOf(code, wanted, definitions, true)] as const;
  });
  return (value) => {
    if (!isObject(value)) return undefined;
    const found = properties.find(([property]) => value[property] !== undefined);
    return found?.[1];
  };
}

/** `deceased != false`, where `deceased` may be a boolean or something else. */
export function compileChoiceEquality(
  left: Expression,
  right: Expression,
  isNegated: boolean,
  context: TestContext,
): Test | undefined {
  const choice = right.kind === 'literal' && right.type === 'System.Boolean' ? choiceOf(left, context) : undefined;
  if (choice === undefined) return undefined;
  const wanted = right.kind === 'literal' && right.text === 'true';
  const exists = compileExists(choice.path);
  const property = choice.properties.find((name) => name.endsWith('Boolean') && !name.startsWith('_')) ?? '';
  return (value, place) => {
    if (!exists(value, place)) return undefined;
    return (isObject(value) && value[property] === wanted) !== isNegated;
  };
}

interface Choice {
  readonly path: StaticPath;
  /** JSON properties, with the companions of primitives. */
  readonly properties: readonly string[];
}

/** A choice of several types that stands directly in the value. */
function choiceOf(
  expression: Expression,
  { definitions, type }: Pick<TestContext, 'definitions' | 'type'>,
): Choice | undefined {
  const path = staticPath(expression, type, definitions);
  const [step, ...more] = path?.steps ?? [];
  if (path === undefined || step === undefined || more.length > 0 || path.start !== 'focus') return undefined;
  return path.isSingle && path.type === undefined ? { path, properties: step.properties } : undefined;
}
