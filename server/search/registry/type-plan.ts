import type { Definitions, SearchParameterDef } from '../../definitions/definitions.ts';
import type { SearchParamType } from '../registry-types.ts';
import { slotKind } from './accepted-types.ts';
import { componentsOf, compositePlans } from './composite-plan.ts';
import { naturalSortCode } from './natural-sort.ts';
import { memberUses, type MemberUses, type Scope } from './path-uses.ts';
import type { ParamPlan, TypePlan } from './plan-types.ts';
import { createSlotSet } from './slot-set.ts';
import { membersFor } from './union.ts';

/** Answered from columns of `resource` or by the search itself, not from index rows. */
const CONTROL = new Set(['_id', '_lastUpdated', '_text', '_content', '_query', '_type', '_list', '_has', '_filter']);

export interface ParameterSource {
  /** Parameters of R4 by base type. */
  byBase(base: string): readonly SearchParameterDef[];
  byUrl(url: string): SearchParameterDef | undefined;
  /** SearchParameters that were added to the server. */
  readonly custom: readonly SearchParameterDef[];
}

/** Works out the slots and parameters of one resource type from the expressions of its SearchParameters. */
export function planType(definitions: Definitions, resourceType: string, source: ParameterSource): TypePlan {
  const types = ancestry(definitions, resourceType);
  const scope: Scope = { definitions, resourceType, types, slots: createSlotSet() };
  const params = new Map<string, ParamPlan>();
  const plan = (definition: SearchParameterDef): void => {
    if (CONTROL.has(definition.code) || params.has(definition.code)) return;
    const param = planParam(scope, definition, source);
    if (param !== undefined) params.set(definition.code, param);
  };
  const base = types.flatMap((type) => source.byBase(type));
  for (const definition of sorted(base)) plan(definition);
  const custom = source.custom.filter((definition) => definition.base.some((name) => types.includes(name)));
  // Those of R4 come first, so that adding one never renames a slot of theirs.
  for (const definition of sorted(custom)) plan(definition);
  const natural = [...params.values()].find((param) => param.naturalSort)?.uses[0]?.slot;
  return {
    resourceType,
    slots: scope.slots.slots(),
    params: [...params.values()].sort((a, b) => (a.code < b.code ? -1 : 1)),
    ...(natural === undefined ? {} : { naturalSort: natural }),
  };
}

/** The type and the types that it inherits from, as SearchParameters may name any of them as base. */
export function ancestry(definitions: Definitions, resourceType: string): readonly string[] {
  const types: string[] = [];
  for (let name = resourceType; name !== '' && !types.includes(name); name = definitions.type(name)?.base ?? '') {
    types.push(name);
  }
  return types;
}

function sorted<T extends SearchParameterDef>(parameters: readonly T[]): readonly T[] {
  return [...parameters].sort((a, b) => (a.code === b.code ? (a.url < b.url ? -1 : 1) : a.code < b.code ? -1 : 1));
}

function planParam(scope: Scope, definition: SearchParameterDef, source: ParameterSource): ParamPlan | undefined {
  const { code, type, url, expression } = definition;
  if (expression === undefined) return undefined;
  const common = { code, type: type as SearchParamType, url };
  if (type === 'composite') {
    const components = componentsOf(definition, source.byUrl);
    const composite = components && compositePlans(scope, expression, components);
    if (composite === undefined || composite.length === 0) return undefined;
    return { ...common, uses: [], targets: [], composite, naturalSort: false };
  }
  const kind = slotKind(type);
  if (kind === undefined) return undefined;
  const members = membersFor(expression, scope.types)
    .map((member) => memberUses(scope, member, kind, code))
    .filter((member) => member !== undefined);
  if (members.length === 0) return undefined;
  const implied = commonSystem(members);
  const isNatural = naturalSortCode(scope.resourceType) === code && kind === 'date';
  return {
    ...common,
    uses: members.flatMap((member) => member.uses),
    targets: kind === 'ref' ? targetsOf(scope.definitions, definition, members) : [],
    naturalSort: isNatural && members.length === 1 && members.every((member) => member.isSingle),
    ...(implied === undefined ? {} : { impliedSystem: implied }),
  };
}

function commonSystem(members: readonly MemberUses[]): string | undefined {
  const systems = new Set(members.map((member) => member.impliedSystem));
  return systems.size === 1 ? members[0]?.impliedSystem : undefined;
}

/** What the elements allow, narrowed by what the parameter declares. */
function targetsOf(
  definitions: Definitions,
  definition: SearchParameterDef,
  members: readonly MemberUses[],
): readonly string[] {
  const declared = definition.target.filter((target) => definitions.isResourceType(target));
  const isOpen = members.some((member) => member.targets.length === 0);
  if (isOpen) return declared.length === 0 ? definitions.resourceTypes : declared;
  const allowed = [...new Set(members.flatMap((member) => member.targets))].filter((t) =>
    definitions.isResourceType(t),
  );
  const narrowed = allowed.filter((target) => declared.includes(target));
  return narrowed.length === 0 ? allowed : narrowed;
}
