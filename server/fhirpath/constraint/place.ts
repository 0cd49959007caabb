import type { JsonArray, JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Definitions } from '../../definitions/definitions.ts';
import type { FhirpathHost } from '../model/env.ts';
import type { Expression } from '../syntax/expression.ts';

/** Where the value stands that a constraint is checked on. One object can be used for many calls. */
export interface ConstraintPlace {
  /** `parent[key]` is the value; undefined for a whole resource. */
  readonly parent: JsonObject | JsonArray | undefined;
  readonly key: string | number | undefined;
  /** `%resource`: the innermost resource, contained or not. */
  readonly resource: JsonObject;
  /** `%rootResource`: its container when it is contained. */
  readonly rootResource: JsonObject;
  readonly host?: FhirpathHost;
}

/** A condition on JSON; undefined where FHIRPath's answer is empty. */
export type Test = (value: JsonValue | undefined, place: ConstraintPlace) => boolean | undefined;

/** What a test is compiled for. */
export interface TestContext {
  readonly definitions: Definitions;
  /** Type of the value. */
  readonly type: string;
  /** For what is more than this compiler knows; undefined within `where()` and the like, where that cannot be. */
  readonly general: ((expression: Expression) => Test) | undefined;
}
