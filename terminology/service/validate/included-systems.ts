import { importedPlan, type Trail } from '../match.ts';
import type { Scope } from '../scope.ts';
import type { Include, ValueSetPlan } from '../value-set-plan.ts';

/** The includes of a value set, its imports followed. Imports that are not held are noted. */
export function allIncludes(scope: Scope, plan: ValueSetPlan, trail: Trail = []): readonly Include[] {
  return collect(scope, plan, trail, new Set());
}

/** @param seen what is imported on many ways counts once */
function collect(scope: Scope, plan: ValueSetPlan, trail: Trail, seen: Set<ValueSetPlan>): readonly Include[] {
  seen.add(plan);
  return plan.includes.flatMap((include) => {
    const imports = include.valueSets.flatMap((canonical) => {
      const imported = importedPlan(scope, canonical, plan, trail);
      return imported === undefined || seen.has(imported) ? [] : collect(scope, imported, [...trail, plan], seen);
    });
    return include.system === undefined ? imports : [include];
  });
}
