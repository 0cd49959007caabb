import type { Definitions } from '../definitions/definitions.ts';
import { compileExpression } from '../fhirpath/compile.ts';
import { FhirpathError } from '../fhirpath/model/env.ts';
import { resourceItem, stringItems, NONE, type Items } from '../fhirpath/model/item.ts';
import type { JsonObject } from '../kernel/json.ts';

/** One write: the version before (undefined: none) and the one to be stored. */
export interface Write {
  readonly before: JsonObject | undefined;
  readonly after: JsonObject;
  /** `Practitioner/1` */
  readonly user: string | undefined;
}

export type Constraint = (write: Write) => boolean;

const compiled = new WeakMap<Definitions, Map<string, Constraint>>();

/**
 * A write constraint: FHIRPath on the new version with `%before`, `%after` and `%user`. It holds when the result is true;
 * where it cannot be evaluated it does not.
 * @throws FhirpathSyntaxError
 */
export function compileConstraint(expression: string, definitions: Definitions): Constraint {
  const known = compiled.get(definitions) ?? new Map<string, Constraint>();
  compiled.set(definitions, known);
  let constraint = known.get(expression);
  if (constraint === undefined) known.set(expression, (constraint = compile(expression, definitions)));
  return constraint;
}

function compile(expression: string, definitions: Definitions): Constraint {
  const evaluate = compileExpression(expression, definitions);
  return ({ before, after, user }) => {
    const resource = resourceItem(after);
    const variables = new Map<string, Items>([
      ['before', before === undefined ? NONE : [resourceItem(before)]],
      ['after', [resource]],
      ['user', stringItems(user)],
    ]);
    try {
      const result = evaluate({ context: [resource], resource, variables });
      // Elsewhere any single value counts as true; here only true itself does.
      return result.length === 1 && result[0]?.value === true;
    } catch (error) {
      if (error instanceof FhirpathError) return false;
      throw error;
    }
  };
}
