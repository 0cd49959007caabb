import type { Definitions, TypeRef } from '../../definitions/definitions.ts';
import { STRING_PARTS } from '../index/string-values.ts';
import type { SlotKind } from '../registry-types.ts';
import { acceptedTypes } from './accepted-types.ts';
import { pathText, simplePath, type SimplePath, type Step } from './member.ts';
import type { UsePlan } from './plan-types.ts';
import type { SlotSet } from './slot-set.ts';
import { staticType, type StaticType } from './static-type.ts';

/** Where the slots of one resource type are collected. */
export interface Scope {
  readonly definitions: Definitions;
  readonly resourceType: string;
  /** The type and its base types, as expressions may start at any of them. */
  readonly types: readonly string[];
  readonly slots: SlotSet;
}

/** How one member of a parameter's expression is read. */
export interface MemberUses {
  readonly uses: readonly UsePlan[];
  /** Types it may point to; empty = any, undefined = it cannot be indexed as this kind. */
  readonly targets: readonly string[];
  readonly impliedSystem?: string;
  readonly isSingle: boolean;
}

/**
 * Slots of a union member; undefined when nothing at its end is of a type that the kind can index.
 * @param code of the parameter: names the slot when the member is more than a path
 */
export function memberUses(scope: Scope, member: string, kind: SlotKind, code: string): MemberUses | undefined {
  const path = simplePath(member, scope.types);
  if (path === undefined) {
    const slot = scope.slots.path(`${code}()`, kind, member);
    return { uses: [{ slot }], targets: [], isSingle: false };
  }
  return pathUses(scope, path, kind);
}

export function pathUses(scope: Scope, path: SimplePath, kind: SlotKind): MemberUses | undefined {
  const found = staticType(scope.definitions, scope.resourceType, path.steps);
  if (found === undefined) return undefined;
  const types = found.types.filter((type) => acceptedTypes(kind).has(type.code));
  if (types.length === 0) return undefined;
  const targets = [...new Set(types.flatMap((type) => type.targets))];
  const uses = kind === 'string' ? stringUses(scope, found, types) : [singleUse(scope, path, found, types, kind)];
  const implied = kind === 'token' ? impliedSystem(scope.definitions, found) : undefined;
  return {
    uses,
    targets: path.resolveIs === undefined ? targets : [path.resolveIs],
    isSingle: found.isSingle,
    ...(implied === undefined ? {} : { impliedSystem: implied }),
  };
}

function slotOf(scope: Scope, steps: readonly Step[], kind: SlotKind): string {
  const text = pathText(steps);
  return scope.slots.path(text, kind, text === '' ? scope.resourceType : `${scope.resourceType}.${text}`);
}

function stringUses(scope: Scope, found: StaticType, types: readonly TypeRef[]): UsePlan[] {
  const parts = types.flatMap((type) => STRING_PARTS[type.code] ?? []);
  const own = types.every((type) => Object.hasOwn(STRING_PARTS, type.code)) ? [] : [found.steps];
  // A value of any type (`extension.value`) may be a plain text as well as a name.
  return [...own, ...parts.map((name): readonly Step[] => [...found.steps, { kind: 'child', name }])].map((steps) => ({
    slot: slotOf(scope, steps, 'string'),
  }));
}

function singleUse(
  scope: Scope,
  path: SimplePath,
  found: StaticType,
  types: readonly TypeRef[],
  kind: SlotKind,
): UsePlan {
  const last = found.steps.at(-1);
  // `telecom.where(system='email')` reads the rows of telecom: the system stands beside each of them.
  if (kind === 'token' && last?.kind === 'where' && last.field === 'system' && types[0]?.code === 'ContactPoint') {
    const slot = slotOf(scope, found.steps.slice(0, -1), kind);
    return { slot, system: last.value, presence: scope.slots.presence(slot, { system: last.value }) };
  }
  const slot = slotOf(scope, found.steps, kind);
  if (kind === 'token' && types.some((type) => type.code === 'Identifier')) scope.slots.ofType(slot);
  if (kind === 'ref' && types.some((type) => type.code === 'Reference')) scope.slots.identifier(slot);
  const { resolveIs } = path;
  const targets = types.flatMap((type) => type.targets);
  if (resolveIs === undefined || (targets.length === 1 && targets[0] === resolveIs)) return { slot };
  return { slot, targetTypes: [resolveIs], presence: scope.slots.presence(slot, { targetType: resolveIs }) };
}

/** Rows of `code` elements carry no system; the required binding says which one is meant. */
export function impliedSystem(definitions: Definitions, { types, element }: StaticType): string | undefined {
  if (types.length !== 1 || types[0]?.code !== 'code' || element?.binding?.strength !== 'required') return undefined;
  return definitions.systemOfValueSet(element.binding.valueSet);
}
