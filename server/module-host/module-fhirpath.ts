import type { Definitions } from '../definitions/definitions.ts';
import { compileExpression } from '../fhirpath/compile.ts';
import { FhirpathCostError, FhirpathError } from '../fhirpath/model/env.ts';
import { resourceItem, systemItem, type Item, type Items } from '../fhirpath/model/item.ts';
import { FhirpathSyntaxError } from '../fhirpath/syntax/expression.ts';
import { fault } from '../kernel/fault.ts';
import { numberText, type JsonObject } from '../kernel/json.ts';
import type { EvaluateFhirPath, FhirPathOperand, FhirPathValue } from '../sdk/fhirpath.ts';

type Expression = ReturnType<typeof compileExpression>;

/** Expressions of templates and rules are few; those that are not asked for any more go. */
const MOST_EXPRESSIONS = 500;

/** Values that were selected, with where they stand. */
const selected = new WeakMap<object, Item>();
const compiled = new WeakMap<Definitions, Map<string, Expression>>();

/** FHIRPath as code of modules may use it. @param now milliseconds */
export function moduleFhirPath(definitions: Definitions, now: () => number): EvaluateFhirPath {
  return (expression, on, variables = {}) => {
    try {
      const item = itemOf(on);
      const known = Object.entries(variables).map(([name, value]): [string, Items] => [
        name,
        ([value].flat() as readonly FhirPathOperand[]).map(itemOf),
      ]);
      const found = expressionOf(
        expression,
        definitions,
      )({
        context: [item],
        resource: rootOf(item),
        variables: new Map(known),
        now: now(),
      });
      return found.map(valueOf);
    } catch (error) {
      throw asFault(error, expression);
    }
  };
}

function expressionOf(text: string, definitions: Definitions): Expression {
  const known = compiled.get(definitions) ?? new Map<string, Expression>();
  compiled.set(definitions, known);
  let expression = known.get(text);
  if (expression === undefined) {
    const [oldest] = known.keys();
    if (known.size >= MOST_EXPRESSIONS && oldest !== undefined) known.delete(oldest);
    known.set(text, (expression = compileExpression(text, definitions)));
  }
  return expression;
}

function itemOf(operand: FhirPathOperand): Item {
  if (typeof operand === 'string') return systemItem('System.String', operand);
  const item = selected.get(operand);
  if (item !== undefined) return item;
  if ('resourceType' in operand) return resourceItem(operand as unknown as JsonObject);
  throw new Error('a value for FHIRPath is a text, a resource or what an expression selected');
}

function rootOf(item: Item): Item {
  let root = item;
  while (root.owner !== undefined) root = root.owner;
  return root;
}

function valueOf(item: Item): FhirPathValue {
  const { type, value, parent, key } = item;
  const digits = parent === undefined ? undefined : numberText(parent, String(key));
  const found = { type, value: type === 'decimal' ? (digits ?? String(value)) : value };
  selected.set(found, item);
  return found;
}

function asFault(error: unknown, expression: string): unknown {
  const text = (reason: string): string => `The FHIRPath expression ${expression} cannot be used: ${reason}.`;
  if (error instanceof FhirpathSyntaxError) {
    const place = `${error.reason} (line ${error.line}, column ${error.column})`;
    return fault('module.fhirpathMalformed', 422, 'invalid', text(place));
  }
  if (error instanceof FhirpathCostError) return fault('module.fhirpathCost', 422, 'too-costly', text(error.message));
  if (error instanceof FhirpathError) return fault('module.fhirpathFailed', 422, 'processing', text(error.message));
  return error;
}
