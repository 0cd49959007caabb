import type { Definitions } from '../definitions/definitions.ts';
import type { JsonObject } from '../kernel/json.ts';
import { compileGeneral } from './general.ts';
import { presentAndNotFalse } from './present-and-not-false.ts';
import type { IndexedValue } from './values.ts';

type PathFunction = (resource: JsonObject) => readonly IndexedValue[];

/**
 * Compiles an expression that is more than a path (those are compiled by the index itself) to a function over
 * resources of one type. https://hl7.org/fhirpath/N1
 *
 * Where an expression fails on a resource (`single()` on two names) it selects nothing there.
 * @throws Error that names the line and column of what cannot run: see {@link compileGeneral}
 */
export function compilePath(expression: string, resourceType: string, definitions: Definitions): PathFunction {
  return presentAndNotFalse(expression, resourceType, definitions) ?? compileGeneral(expression, resourceType);
}
