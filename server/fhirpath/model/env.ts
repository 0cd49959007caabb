import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Navigator } from './navigate.ts';
import { NONE, type Item, type Items } from './item.ts';

/** What an expression may ask of the server around it; everything is optional, and without an answer empty. */
export interface FhirpathHost {
  /** The resource that a reference names, when it is at hand. Contained resources and Bundle entries are found without. */
  resolve?(reference: string, type: string | undefined): JsonObject | undefined;
  /** Whether a code, Coding or CodeableConcept is in a value set; undefined: unknown. */
  memberOf?(value: JsonValue, type: string, valueSet: string): boolean | undefined;
  /** Whether a value conforms to a profile; undefined: the profile is not known. */
  conformsTo?(value: JsonValue, type: string, profile: string): boolean | undefined;
  /** Whether a narrative is the XHTML that FHIR allows. https://hl7.org/fhir/R4/narrative.html#rules */
  htmlChecks?(div: string): boolean | undefined;
  /** Told of every `trace()`. */
  trace?(name: string, items: Items): void;
}

/** State of one evaluation. */
export interface Env {
  readonly navigator: Navigator;
  readonly host: FhirpathHost;
  /** The resource that holds the context, and the one that contains that. */
  readonly resource: Items;
  readonly rootResource: Items;
  readonly context: Items;
  /** `now()` is the same throughout an evaluation; ms since 1970. */
  readonly now: number;
  /** How many more values may be looked at. */
  budget: number;
  index: number;
  total: Items;
  variables: ReadonlyMap<string, Items>;
  /** Values of the parts that do not depend on `$this`, by their text. */
  memo: Map<string, Items> | undefined;
  keySets: Map<Items, ReadonlySet<string>> | undefined;
}

/** A compiled expression; `self` is what `$this` and names without anything before them mean. */
export type Evaluate = (self: Items, env: Env) => Items;

export interface EnvOptions {
  readonly navigator: Navigator;
  readonly context: Items;
  readonly resource: Item | undefined;
  readonly rootResource?: Item | undefined;
  readonly host?: FhirpathHost;
  readonly variables?: ReadonlyMap<string, Items>;
  readonly budget?: number;
  readonly now?: number;
}

const NO_VARIABLES: ReadonlyMap<string, Items> = new Map();
const NO_HOST: FhirpathHost = {};
/** Values looked at in one evaluation, about a tenth of a second. */
const BUDGET = 1_000_000;

export function createEnv(options: EnvOptions): Env {
  const { navigator, context, resource, rootResource = resource } = options;
  return {
    navigator,
    host: options.host ?? NO_HOST,
    resource: resource === undefined ? NONE : [resource],
    rootResource: rootResource === undefined ? NONE : [rootResource],
    context,
    now: options.now ?? Date.now(),
    budget: options.budget ?? BUDGET,
    index: 0,
    total: NONE,
    variables: options.variables ?? NO_VARIABLES,
    memo: undefined,
    keySets: undefined,
  };
}

/** An expression that does not fit the data: `single()` of two, `1 + true`. */
export class FhirpathError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FhirpathError';
  }
}

/** An expression that would take too long. */
export class FhirpathCostError extends FhirpathError {
  constructor(message: string) {
    super(message);
    this.name = 'FhirpathCostError';
  }
}

/** Characters that cost as much as a value. */
const TEXT_COST = 16;

/** @throws FhirpathCostError when the evaluation has made too much text */
export function spendText(env: Env, length: number): void {
  spend(env, 1 + Math.floor(length / TEXT_COST));
}

/** @throws FhirpathCostError when the evaluation has looked at too much */
export function spend(env: Env, count: number): void {
  env.budget -= count;
  if (env.budget < 0)
    throw new FhirpathCostError('The expression looks at too many values; narrow what it repeats over');
}
