import type { Definitions } from '../definitions/definitions.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { compileTest } from './constraint/compile-test.ts';
import type { ConstraintPlace, Test } from './constraint/place.ts';
import { compileEvaluate } from './evaluate.ts';
import { createEnv } from './model/env.ts';
import { itemOf, resourceItem, type Item } from './model/item.ts';
import { navigatorOf } from './model/navigator-of.ts';
import { conditionOf } from './model/singleton.ts';
import type { Expression } from './syntax/expression.ts';
import { parseExpression } from './syntax/parse.ts';

export type { ConstraintPlace } from './constraint/place.ts';

/**
 * Whether a constraint holds for a value; an empty result holds.
 * @throws FhirpathError where the expression does not fit the value, or would take too long
 */
type Constraint = (value: JsonValue, place: ConstraintPlace) => boolean;

/**
 * Compiles the expression of an invariant for values of one type (`Patient`, `HumanName`, `Questionnaire.item`,
 * `code`). Most compile to conditions over plain JSON that allocate nothing; the rest is evaluated as collections.
 * https://hl7.org/fhir/R4/conformance-rules.html#constraints
 * @throws FhirpathSyntaxError with line and column: malformed, or an unknown function or type
 */
export function compileConstraint(expression: string, typeName: string, definitions: Definitions): Constraint {
  const test = compileCondition(expression, typeName, definitions);
  return (value, place) => test(value, place) !== false;
}

/** As {@link compileConstraint}, but undefined where the result is empty, so that nobody can tell whether it holds. */
export function compileCondition(expression: string, typeName: string, definitions: Definitions): Test {
  const tree = parseExpression(expression);
  const general = (part: Expression): Test => compileGeneralTest(part, typeName, definitions);
  return compileTest(tree, { definitions, type: typeName, general }) ?? general(tree);
}

function compileGeneralTest(expression: Expression, typeName: string, definitions: Definitions): Test {
  const navigator = navigatorOf(definitions);
  const evaluate = compileEvaluate(expression, { navigator, isStrict: false });
  return (value, place) => {
    const context = [contextItem(value, typeName, place)];
    const resource = resourceItem(place.resource);
    const isContained = place.rootResource !== place.resource;
    const env = createEnv({
      navigator,
      context,
      resource,
      rootResource: isContained ? resourceItem(place.rootResource) : resource,
      ...(place.host === undefined ? {} : { host: place.host }),
    });
    return conditionOf(evaluate(context, env), 'A constraint');
  };
}

function contextItem(value: JsonValue | undefined, typeName: string, { parent, key = '' }: ConstraintPlace): Item {
  if (isObject(value) && typeof value.resourceType === 'string') return resourceItem(value);
  return itemOf(typeName, value ?? undefined, companionOf(parent, key), parent, key, undefined);
}

/** Beside repeated primitives stands an array that the array itself does not lead to. */
function companionOf(parent: ConstraintPlace['parent'], key: string | number): JsonObject | undefined {
  if (!isObject(parent)) return undefined;
  const companion = parent[`_${key}`];
  return isObject(companion) ? companion : undefined;
}
