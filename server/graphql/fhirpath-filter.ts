import type { Definitions } from '../definitions/definitions.ts';
import { compileExpression } from '../fhirpath/compile.ts';
import { FhirpathCostError, FhirpathError } from '../fhirpath/model/env.ts';
import { itemOf, resourceItem, type Item } from '../fhirpath/model/item.ts';
import { FhirpathSyntaxError } from '../fhirpath/syntax/expression.ts';
import { fault } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';

/** Values that one evaluation may look at: a query evaluates many. */
const COST = 10_000;
const MAX_LENGTH = 1000;

/** Whether an expression is true of an element of a resource. @throws Fault 400, 422 */
export function createElementFilter(
  definitions: Definitions,
  expression: string,
  type: string,
  owner: JsonObject,
): (element: JsonObject) => boolean {
  const holds = compiled(definitions, expression, type);
  const resource = resourceItem(owner);
  return (element) => holds(itemOf(type, element, undefined, undefined, '', undefined), resource);
}

/** The same of resources. */
export function createResourceFilter(
  definitions: Definitions,
  expression: string,
  type: string,
): (resource: JsonObject) => boolean {
  const holds = compiled(definitions, expression, type);
  return (resource) => {
    const item = resourceItem(resource);
    return holds(item, item);
  };
}

function compiled(
  definitions: Definitions,
  expression: string,
  contextType: string,
): (item: Item, resource: Item) => boolean {
  if (expression.length > MAX_LENGTH) throw badExpression(`it has more than ${MAX_LENGTH} characters`);
  return guarded(() => {
    const evaluate = compileExpression(expression, definitions, { contextType });
    return (item, resource) =>
      guarded(() => {
        const found = evaluate({ context: [item], resource, budget: COST });
        const [first] = found;
        return first !== undefined && !(found.length === 1 && first.value === false);
      });
  });
}

function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof FhirpathSyntaxError) throw badExpression(error.reason);
    if (error instanceof FhirpathCostError || error instanceof FhirpathError) throw badExpression(error.message);
    throw error;
  }
}

function badExpression(reason: string): Error {
  return fault('graphql.badFhirpath', 400, 'invalid', `The fhirpath cannot be evaluated: ${reason}.`);
}
