import type { Definitions, SearchParameterDef } from '../definitions/definitions.ts';
import type { CompositePlan, SearchParam, SearchRegistry, Slot, SlotUse } from './registry-types.ts';
import { createPlans } from './registry/parameter-source.ts';
import type { ParamPlan, TypePlan, UsePlan } from './registry/plan-types.ts';
import { numberSlots, slotLabel, type SlotAssignment, type SlotIds, type SlotRow } from './registry/slot-ids.ts';

export { slotIdsOf, type SlotIds, type SlotRow } from './registry/slot-ids.ts';

export type Progress = (resourceType: string) => number | undefined;

/** The registry and what the indexer needs of it. */
export interface IndexedRegistry extends SearchRegistry {
  plan(resourceType: string): TypePlan;
  slot(resourceType: string, name: string): Slot;
  /** Bits of resource.present of this type. */
  slotCount(resourceType: string): number;
}

/**
 * The search parameters that run. Types are worked out when first asked for.
 * @param slotIds numbers of all slots, see {@link assignSlots}
 * @param custom SearchParameters beside those of R4
 * @param progress percentage of a type's resources that were indexed for its new slots
 */
export function createRegistry(
  definitions: Definitions,
  slotIds: SlotIds,
  custom: readonly SearchParameterDef[] = [],
  progress: Progress = () => undefined,
): IndexedRegistry {
  const planOf = createPlans(definitions, custom);
  const compartments = new Map(definitions.compartments.map((compartment) => [compartment.code, compartment.params]));
  const types = new Map<string, TypeParams>();
  const typeParams = (resourceType: string): TypeParams => {
    let known = types.get(resourceType);
    if (known === undefined) {
      const plan = definitions.isResourceType(resourceType)
        ? planOf(resourceType)
        : { resourceType, slots: [], params: [] };
      types.set(resourceType, (known = resolveType(plan, slotIds, progress)));
    }
    return known;
  };
  return {
    param: (resourceType, code) => typeParams(resourceType).byCode.get(code),
    params: (resourceType) => typeParams(resourceType).params,
    slots: (resourceType) => typeParams(resourceType).slots,
    plan: (resourceType) => typeParams(resourceType).plan,
    slotCount: (resourceType) => typeParams(resourceType).slotCount,
    slot(resourceType, name) {
      const slot = typeParams(resourceType).byName.get(name);
      if (slot === undefined) throw new RangeError(`${resourceType} has no search slot ${name}`);
      return slot;
    },
    compartmentParams(compartment, resourceType) {
      const { byCode } = typeParams(resourceType);
      const codes = compartments.get(compartment)?.get(resourceType) ?? [];
      return codes.map((code) => byCode.get(code)).filter((param) => param !== undefined);
    },
  };
}

/** Numbers for all slots of all types; `existing` (table search_slot) keep theirs. */
export function assignSlots(
  definitions: Definitions,
  existing: readonly SlotRow[],
  custom: readonly SearchParameterDef[] = [],
): SlotAssignment {
  const planOf = createPlans(definitions, custom);
  const wanted = definitions.resourceTypes.flatMap((type) => planOf(type).slots.map(({ name }) => ({ type, name })));
  return numberSlots(wanted, existing);
}

interface TypeParams {
  readonly plan: TypePlan;
  readonly slots: readonly Slot[];
  readonly byName: ReadonlyMap<string, Slot>;
  readonly params: readonly SearchParam[];
  readonly byCode: ReadonlyMap<string, SearchParam>;
  readonly slotCount: number;
}

function resolveType(plan: TypePlan, slotIds: SlotIds, progress: Progress): TypeParams {
  const { resourceType } = plan;
  const slots = plan.slots.map(({ name, kind }): Slot => {
    const number = slotIds.get(slotLabel(resourceType, name));
    if (number === undefined) throw new RangeError(`search slot ${resourceType}.${name} has no number`);
    return { id: number.id, ordinal: number.ordinal, resourceType, name, kind };
  });
  const isBuilding = (name: string): boolean => slotIds.get(slotLabel(resourceType, name))?.isBuilding === true;
  const byName = new Map(slots.map((slot) => [slot.name, slot]));
  const params = plan.params.map((param) => {
    const resolved = resolveParam(param, resourceType, byName);
    return slotNames(param).some(isBuilding) ? indexing(resolved, progress) : resolved;
  });
  return {
    plan,
    slots,
    byName,
    params,
    byCode: new Map(params.map((param) => [param.code, param])),
    slotCount: slots.reduce((highest, slot) => Math.max(highest, slot.ordinal + 1), 0),
  };
}

function resolveParam(plan: ParamPlan, resourceType: string, slots: ReadonlyMap<string, Slot>): SearchParam {
  const { code, type, url, targets, naturalSort, impliedSystem } = plan;
  const composite = plan.composite?.map(({ kind, slot, parts }): CompositePlan => {
    const resolved = parts.map((part) => resolveParam(part, resourceType, slots));
    return kind === 'and' ? { kind, parts: resolved } : { kind, slot: named(slots, slot ?? ''), parts: resolved };
  });
  return {
    code,
    type,
    resourceType,
    url,
    slots: plan.uses.map((use) => resolveUse(use, slots)),
    targets,
    naturalSort,
    status: 'active',
    ...(composite === undefined ? {} : { composite }),
    ...(impliedSystem === undefined ? {} : { impliedSystem }),
  };
}

function slotNames(param: ParamPlan): string[] {
  const own = param.uses.flatMap(({ slot, presence }) => (presence === undefined ? [slot] : [slot, presence]));
  const composite = (param.composite ?? []).flatMap(({ slot, parts }) => [
    ...(slot === undefined ? [] : [slot]),
    ...parts.flatMap(slotNames),
  ]);
  return [...own, ...composite];
}

/** The percentage is read when somebody asks, since it moves while the registry stays. */
function indexing(param: SearchParam, progress: Progress): SearchParam {
  return {
    ...param,
    status: 'indexing',
    get progress() {
      return progress(param.resourceType) ?? 0;
    },
  };
}

function resolveUse({ slot, targetTypes, system, presence }: UsePlan, slots: ReadonlyMap<string, Slot>): SlotUse {
  return {
    slot: named(slots, slot),
    ...(targetTypes === undefined ? {} : { targetTypes }),
    ...(system === undefined ? {} : { system }),
    ...(presence === undefined ? {} : { presence: named(slots, presence) }),
  };
}

function named(slots: ReadonlyMap<string, Slot>, name: string): Slot {
  const slot = slots.get(name);
  if (slot === undefined) throw new RangeError(`no search slot ${name}`);
  return slot;
}
