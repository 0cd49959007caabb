import type { Definitions, SearchParameterDef } from '../../definitions/definitions.ts';
import type { TypePlan } from './plan-types.ts';
import { planType, type ParameterSource } from './type-plan.ts';

/** Indexes the SearchParameters of R4 and the custom ones for planning. */
export function parameterSource(definitions: Definitions, custom: readonly SearchParameterDef[]): ParameterSource {
  const byBase = new Map<string, SearchParameterDef[]>();
  const byUrl = new Map<string, SearchParameterDef>();
  for (const definition of definitions.searchParameters) {
    byUrl.set(definition.url, definition);
    for (const base of definition.base) {
      const list = byBase.get(base);
      if (list === undefined) byBase.set(base, [definition]);
      else list.push(definition);
    }
  }
  for (const definition of custom) byUrl.set(definition.url, definition);
  return {
    byBase: (base) => byBase.get(base) ?? [],
    byUrl: (url) => byUrl.get(url),
    custom,
  };
}

/** Plans are worked out when a type is first used: most servers see a third of the 146 types. */
export function createPlans(
  definitions: Definitions,
  custom: readonly SearchParameterDef[],
): (resourceType: string) => TypePlan {
  const source = parameterSource(definitions, custom);
  const plans = new Map<string, TypePlan>();
  return (resourceType) => {
    let plan = plans.get(resourceType);
    if (plan === undefined) plans.set(resourceType, (plan = planType(definitions, resourceType, source)));
    return plan;
  };
}
