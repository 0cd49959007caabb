import type { JsonArray, JsonObject, JsonValue } from '../kernel/json.ts';
import type { QuickTest } from './quick-test.ts';
import type { Primitive } from './primitives/primitive.ts';
import type { ElementPlace, Walk } from './walk.ts';

/** What JSON objects of one type may hold, ready to be looked up by property name. */
export interface ObjectRule {
  readonly kind: 'object';
  /** `Patient`, `HumanName`, `Patient.contact` */
  readonly name: string;
  readonly isResource: boolean;
  /** The `_x` companions of primitives included. */
  readonly properties: ReadonlyMap<string, PropertyRule>;
  readonly required: readonly RequiredRule[];
  /** All of {@link PropertyRule.requiredBit}. */
  readonly requiredBits: number;
  /** What holds for every object of the type beyond its structure; made when an object of the type first comes by. */
  checks(): readonly ObjectCheck[];
}

/** A check of an object whose structure is sound; the path leads to it. */
export type ObjectCheck = (object: JsonObject, walk: Walk) => void;

/** A check of `parent[key]`, whose structure is sound; the path leads to it. */
export type ValueCheck = (value: JsonValue, parent: JsonObject | JsonArray, key: string | number, walk: Walk) => void;

export interface PropertyRule extends ElementPlace {
  /** The JSON property. */
  readonly name: string;
  /** Name of the element: `value` for `valueQuantity` and `_valueString`. */
  readonly element: string;
  readonly isList: boolean;
  /** One bit of a number for each choice (`value[x]`) of the object; 0 for what is none. */
  readonly choiceBit: number;
  readonly content: Content;
  /** Of primitives only. */
  readonly isQuicklyDone?: QuickTest;
  /** Of a primitive `x` and its companion `_x` each other's name. */
  readonly partner?: string;
  /** One bit of a number for each element that must be there; 0 for one that need not. */
  readonly requiredBit: number;
  /** What this element asks of a value beyond its type: binding, constraints. */
  checks(): readonly ValueCheck[];
}

export type Content =
  | Primitive
  | ObjectRule
  | {
      readonly kind: 'resource' | 'contained';
      /** Undefined when it is no resource type of R4. */
      ruleOf(type: string): ObjectRule | undefined;
    };

export interface RequiredRule {
  readonly element: string;
  readonly bit: number;
  /** What would be accepted, as it follows "needs ". */
  readonly accepted: string;
}
