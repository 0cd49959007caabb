import type { JsonObject } from '../../server/kernel/json.ts';
import { Fault, fault } from '../../server/kernel/fault.ts';
import type { CodeSystem } from '../code-system.ts';
import { canonicalOf, textAt } from '../resource/elements.ts';
import { findValueSet } from './find-value-set.ts';
import { ofKind } from './issues.ts';
import { resolveSystem } from './resolve-system.ts';
import type { Scope } from './scope.ts';
import { planOf, type Include, type ValueSetPlan } from './value-set-plan.ts';

const MAX_IMPORTS = 100;

/** A code to be looked for in a value set. */
export interface CodeItem {
  readonly system: string;
  /** Undefined: in whatever version the value set has it. */
  readonly version?: string | undefined;
  readonly code: string;
}

/** Undefined: nobody here can tell, because a code system or value set is not held. */
export type IsMember = boolean | undefined;

/** Value sets on the way to this one, outermost first. */
export type Trail = readonly ValueSetPlan[];

/**
 * Which of the codes are in the value set, without listing it: one question per include and code system.
 * @throws Fault `terminology.cycle` (422) when a value set imports itself; as `CodeSystem.matching` for filters
 */
export async function matchPlan(
  scope: Scope,
  plan: ValueSetPlan,
  items: readonly CodeItem[],
  trail: Trail = [],
): Promise<readonly IsMember[]> {
  const known = answersOf(scope, plan);
  const open = items.filter((item) => !known.has(keyOf(item)));
  const answers = open.length === 0 ? [] : await match(scope, plan, open, trail);
  open.forEach((item, index) => known.set(keyOf(item), answers[index]));
  return items.map((item) => known.get(keyOf(item)));
}

// A value set that is imported on many ways is asked once: what it answers does not depend on the way.
const answered = new WeakMap<Scope, Map<ValueSetPlan, Map<string, IsMember>>>();

function answersOf(scope: Scope, plan: ValueSetPlan): Map<string, IsMember> {
  const byPlan = answered.get(scope) ?? new Map<ValueSetPlan, Map<string, IsMember>>();
  answered.set(scope, byPlan);
  const answers = byPlan.get(plan) ?? new Map<string, IsMember>();
  byPlan.set(plan, answers);
  return answers;
}

function keyOf({ system, version, code }: CodeItem): string {
  return `${canonicalOf(system, version)} ${code}`;
}

async function match(
  scope: Scope,
  plan: ValueSetPlan,
  items: readonly CodeItem[],
  trail: Trail,
): Promise<readonly IsMember[]> {
  const result: IsMember[] = items.map(() => false);
  for (const include of plan.includes) {
    const open = items.flatMap((item, index) => (result[index] === true ? [] : [{ item, index }]));
    if (open.length === 0) break;
    const matched = await matchInclude(
      scope,
      plan,
      include,
      open.map(({ item }) => item),
      trail,
    );
    open.forEach(({ index }, at) => {
      const match = matched[at];
      if (match !== false) result[index] = match;
    });
  }
  await removeExcluded(scope, plan, items, result, trail);
  if (!plan.takesInactive || scope.isActiveOnly) await removeInactive(scope, items, result);
  return result;
}

async function removeExcluded(
  scope: Scope,
  plan: ValueSetPlan,
  items: readonly CodeItem[],
  result: IsMember[],
  trail: Trail,
): Promise<void> {
  const merges = mergesVersions(scope, plan);
  for (const exclude of plan.excludes) {
    const open = items.flatMap((item, index) => (result[index] === false ? [] : [{ item, index }]));
    if (open.length === 0) return;
    const asked = open.map(({ item }) => (merges ? { system: item.system, code: item.code } : item));
    const matched = await matchInclude(scope, plan, exclude, asked, trail);
    open.forEach(({ index }, at) => {
      const match = matched[at];
      if (match === true) result[index] = false;
      else if (match === undefined) result[index] = undefined;
    });
  }
}

/** Whether a code counts as the same in all versions of its system. */
export function mergesVersions(scope: Scope, plan: ValueSetPlan): boolean {
  return scope.versionsMatch ?? plan.excludesOtherVersion;
}

async function removeInactive(scope: Scope, items: readonly CodeItem[], result: IsMember[]): Promise<void> {
  for (const [group, indexes] of bySystem(items)) {
    const { system } = await resolveSystem(scope, group.system, group.version);
    const members = indexes.filter((index) => result[index] === true);
    if (system === undefined || members.length === 0) continue;
    const found = await system.find(members.map((index) => items[index]?.code ?? ''));
    for (const index of members) if (found.get(items[index]?.code ?? '')?.isInactive === true) result[index] = false;
  }
}

/** One include or exclude; every import must hold too. */
async function matchInclude(
  scope: Scope,
  plan: ValueSetPlan,
  include: Include,
  items: readonly CodeItem[],
  trail: Trail,
): Promise<readonly IsMember[]> {
  const result: IsMember[] = items.map(() => include.system === undefined);
  if (include.system !== undefined) {
    for (const [group, indexes] of bySystem(items)) {
      if (group.system !== include.system) continue;
      const codes = indexes.map((index) => items[index]?.code ?? '');
      const matched = await matchSystem(scope, include, include.system, codes, group.version);
      indexes.forEach((index, at) => (result[index] = matched[at]));
    }
  }
  for (const canonical of include.valueSets) {
    const open = items.flatMap((item, index) => (result[index] === false ? [] : [{ item, index }]));
    if (open.length === 0) break;
    const imported = importedPlan(scope, canonical, plan, trail);
    const matched: readonly IsMember[] =
      imported === undefined
        ? open.map(() => undefined)
        : await matchPlan(
            scope,
            imported,
            open.map(({ item }) => item),
            [...trail, plan],
          );
    open.forEach(({ index }, at) => {
      const match = matched[at];
      if (match !== true) result[index] = match;
    });
  }
  return result;
}

async function matchSystem(
  scope: Scope,
  include: Include,
  url: string,
  codes: readonly string[],
  version: string | undefined,
): Promise<readonly IsMember[]> {
  const { system } = await resolveSystem(scope, url, include.version, version);
  if (system === undefined) {
    // Listed codes are known to be meant even where nobody can say what they mean.
    return codes.map((code) => (include.concepts === undefined ? undefined : include.concepts.has(code)));
  }
  if (version !== undefined && system.version !== undefined && version !== system.version)
    return codes.map(() => false);
  const { concepts } = include;
  const listed = concepts === undefined ? undefined : listedCodes(concepts, system);
  const candidates = listed === undefined ? codes : codes.filter((code) => listed.has(folded(code, system)));
  const matched =
    include.filters.length > 0
      ? await system.matching(candidates, include.filters)
      : system.content === 'fragment' && listed === undefined
        ? new Set(candidates)
        : new Set((await system.find(candidates)).keys());
  return codes.map((code) => matched.has(code));
}

function listedCodes(concepts: ReadonlyMap<string, JsonObject>, system: CodeSystem): { has(code: string): boolean } {
  return system.isCaseSensitive ? concepts : new Set([...concepts.keys()].map((code) => folded(code, system)));
}

function folded(code: string, system: CodeSystem): string {
  return system.isCaseSensitive ? code : code.toLowerCase();
}

/**
 * The plan of an imported value set; undefined, and noted, when it is not held.
 * @throws Fault `terminology.cycle`
 */
export function importedPlan(
  scope: Scope,
  canonical: string,
  within: ValueSetPlan,
  trail: Trail,
): ValueSetPlan | undefined {
  let valueSet: JsonObject;
  try {
    valueSet = findValueSet(
      scope,
      canonical,
      [...trail, within].find((plan) => !canonical.startsWith('#') || isContained(plan, canonical))?.resource,
    );
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'terminology.valueSet') throw error;
    scope.usage.unknownValueSets.add(error.issues[0]?.text ?? canonical);
    return undefined;
  }
  const plan = planOf(valueSet);
  const path = [...trail, within];
  if (path.length > MAX_IMPORTS) {
    const text = `Value sets import one another more than ${MAX_IMPORTS} levels deep below ${path[0]?.label ?? ''}`;
    throw fault('terminology.cycle', 422, 'processing', text, undefined, ofKind('vs-invalid'));
  }
  if (path.some(({ resource }) => resource === valueSet)) {
    const via = [...path.slice(1).map(({ label }) => label), plan.label].join(', ');
    const text = `Cyclic reference detected when including ${plan.label} via [${via}]; a value set must not import itself`;
    throw fault('terminology.cycle', 422, 'processing', text, undefined, ofKind('vs-invalid'));
  }
  if (!canonical.startsWith('#')) {
    scope.usage.valueSets.set(canonicalOf(textAt(valueSet, 'url') ?? canonical, textAt(valueSet, 'version')), valueSet);
  }
  return plan;
}

function isContained({ resource }: ValueSetPlan, reference: string): boolean {
  const { contained } = resource;
  return (
    Array.isArray(contained) &&
    contained.some(
      (each) => typeof each === 'object' && each !== null && 'id' in each && each.id === reference.slice(1),
    )
  );
}

function bySystem(items: readonly CodeItem[]): readonly (readonly [CodeItem, readonly number[]])[] {
  const groups = new Map<string, [CodeItem, number[]]>();
  items.forEach((item, index) => {
    const key = canonicalOf(item.system, item.version);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item, [index]]);
    else group[1].push(index);
  });
  return [...groups.values()];
}
