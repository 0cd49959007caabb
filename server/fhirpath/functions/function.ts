import type { Definitions } from '../../definitions/definitions.ts';
import type { Evaluate } from '../model/env.ts';
import type { Call } from '../syntax/expression.ts';

export interface CallContext {
  readonly definitions: Definitions;
  readonly isStrict: boolean;
  readonly call: Call;
}

/**
 * Compiles a call. `input` gives what stands before the dot; `parameters` the arguments, which are given `$this` or, in
 * the functions that loop, one item after the other.
 */
type CompileCall = (input: Evaluate, parameters: readonly Evaluate[], context: CallContext) => Evaluate;

export interface FhirpathFunction {
  /** Smallest and largest number of arguments. */
  readonly arity: readonly [number, number];
  readonly compile: CompileCall;
}

export type FunctionTable = Readonly<Record<string, FhirpathFunction>>;
