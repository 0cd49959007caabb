import type { Definitions } from '../definitions/definitions.ts';
import type { JsonObject } from '../kernel/json.ts';
import { compileTest } from './constraint/compile-test.ts';
import { compileEvaluate } from './evaluate.ts';
import { createEnv, FhirpathCostError, FhirpathError, type EnvOptions, type FhirpathHost } from './model/env.ts';
import { NONE, resourceItem, type Items } from './model/item.ts';
import type { Navigator } from './model/navigate.ts';
import { navigatorOf } from './model/navigator-of.ts';
import { checkTypes } from './static/check-types.ts';
import { expectRepeatable } from './static/repeatable.ts';
import { parseExpression } from './syntax/parse.ts';
import { toValue } from './to-value.ts';
import { computedValue, type IndexedValue } from './values.ts';

type PathFunction = (resource: JsonObject) => readonly IndexedValue[];

/** Expressions come from clients: a bound on what is remembered. */
const CACHE_LIMIT = 500;
/** Values looked at in one resource. */
const BUDGET = 200_000;

const LITERAL = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;

/** What the text of a reference says of its target, which is not read. `where(resolve() is Patient)` needs no more. */
const BY_TEXT: FhirpathHost = {
  resolve(reference, type) {
    const [, resourceType, id] = LITERAL.exec(reference) ?? [];
    if (resourceType !== undefined && id !== undefined) return { resourceType, id };
    return type === undefined ? undefined : { resourceType: type };
  },
};

const compiled = new WeakMap<Navigator, Map<string, PathFunction>>();

/**
 * Compiles an expression of a search parameter or patch to a function over resources of one type: one that gives the
 * same answer whenever it is run on the same resource. https://hl7.org/fhirpath/N1
 *
 * Where an expression fails on a resource (`single()` on two names) it selects nothing there. `resolve()` gives the
 * contained resource, or a resource that has only the type and id that the reference names.
 * @returns a function that throws FhirpathCostError when a resource is too large for the expression
 * @throws FhirpathSyntaxError that names the line and column of what cannot run
 */
export function compilePath(expression: string, resourceType: string, definitions: Definitions): PathFunction {
  const navigator = navigatorOf(definitions);
  let known = compiled.get(navigator);
  if (known === undefined) compiled.set(navigator, (known = new Map<string, PathFunction>()));
  const key = `${resourceType} ${expression}`;
  let path = known.get(key);
  if (path === undefined) {
    path = compileTree(expression, resourceType, navigator);
    if (known.size >= CACHE_LIMIT) known.clear();
    known.set(key, path);
  }
  return path;
}

function compileTree(expression: string, resourceType: string, navigator: Navigator): PathFunction {
  const { definitions } = navigator;
  const tree = parseExpression(expression);
  expectRepeatable(tree);
  // An element is wanted with its place, a condition is only true or false.
  const isCondition = tree.kind === 'binary' || tree.kind === 'call';
  const test = isCondition ? compileTest(tree, { definitions, type: resourceType, general: undefined }) : undefined;
  if (test !== undefined) {
    return (resource) => {
      const holds = test(resource, { parent: undefined, key: undefined, resource, rootResource: resource });
      return holds === undefined ? [] : [computedValue(holds, 'boolean')];
    };
  }
  const evaluate = compileEvaluate(tree, { navigator, isStrict: false });
  return (resource) => {
    const item = resourceItem(resource);
    const context = [item];
    const env = createEnv({ navigator, context, resource: item, host: BY_TEXT, budget: BUDGET });
    let items: Items;
    try {
      items = evaluate(context, env);
    } catch (error) {
      if (!(error instanceof FhirpathError) || error instanceof FhirpathCostError) throw error;
      items = NONE;
    }
    return items.flatMap((found) => toValue(found) ?? []);
  };
}

interface ExpressionOptions {
  /** Type of what it will be evaluated on, so that elements which that cannot have are found; undefined: any. */
  readonly contextType?: string;
}

/**
 * Compiles any FHIRPath, checked as strictly as the specification has it; what R4's own expressions need to be lenient
 * about is for {@link compilePath} and `compileConstraint`.
 * @returns evaluates on a collection. @throws FhirpathError where the data do not fit, FhirpathCostError beyond the budget
 * @throws FhirpathSyntaxError with line and column
 */
export function compileExpression(
  expression: string,
  definitions: Definitions,
  { contextType }: ExpressionOptions = {},
): (options: Omit<EnvOptions, 'navigator'>) => Items {
  const navigator = navigatorOf(definitions);
  const tree = parseExpression(expression);
  const evaluate = compileEvaluate(tree, { navigator, isStrict: true });
  checkTypes(tree, contextType, definitions);
  return (options) => evaluate(options.context, createEnv({ ...options, navigator }));
}
