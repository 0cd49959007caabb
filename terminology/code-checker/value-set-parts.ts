import type { Canonicals } from '../../server/definitions/canonicals.ts';
import { Fault } from '../../server/kernel/fault.ts';
import { textAt } from '../resource/elements.ts';
import { findValueSet } from '../service/find-value-set.ts';
import { createScope, type Scope } from '../service/scope.ts';
import { allIncludes } from '../service/validate/included-systems.ts';
import { planOf, type Include, type ValueSetPlan } from '../service/value-set-plan.ts';

/** A value set as it is asked about again and again. */
export interface ValueSetParts {
  readonly plan: ValueSetPlan;
  /** Its includes and those of the value sets that it imports. */
  readonly includes: readonly Include[];
  readonly scope: Scope;
}

/** Value sets of one set of canonicals, read once each; undefined: not held, or broken. */
export function valueSetParts(canonicals: Canonicals): (canonical: string) => ValueSetParts | undefined {
  const known = new Map<string, ValueSetParts | undefined>();
  return (canonical) => {
    if (known.has(canonical)) return known.get(canonical);
    const found = read(canonicals, canonical);
    known.set(canonical, found);
    return found;
  };
}

function read(canonicals: Canonicals, canonical: string): ValueSetParts | undefined {
  const scope = createScope({ canonicals, external: [], limit: 0 }, [], undefined);
  try {
    const plan = planOf(findValueSet(scope, canonical));
    return { plan, includes: allIncludes(scope, plan), scope };
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** The displays that a value set gives to a code. */
export function displaysListed(
  parts: ValueSetParts | undefined,
  system: string | undefined,
  code: string,
): readonly string[] {
  if (parts === undefined) return [];
  return parts.includes.flatMap((include) =>
    include.system === system ? (textAt(include.concepts?.get(code), 'display') ?? []) : [],
  );
}
