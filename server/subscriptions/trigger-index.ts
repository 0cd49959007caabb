import type { CompileContext } from '../search/compile/compile-search.ts';
import type { KeyRows } from '../search/index/row-types.ts';
import { exactKeys, hasExactKey, requiredKeys, slotsOf } from '../search/match/required-keys.ts';
import type { Filter } from '../search/tree.ts';
import type { Trigger } from '../fhir/subscriptions/definition.ts';
import type { Listener } from './listeners.ts';

/** A trigger with its searches read. */
export interface ReadyTrigger extends Omit<Trigger, 'current' | 'previous' | 'filters'> {
  readonly listener: Listener;
  readonly current: readonly Filter[];
  readonly previous: readonly Filter[];
  readonly filters: readonly Filter[];
}

/** The triggers about one type that changes of a tenant can fire. */
export interface TriggerIndex {
  readonly all: readonly ReadyTrigger[];
  /** To which the keys belong that {@link candidates} looks at. */
  readonly slots: ReadonlySet<number>;
  /** Those that a resource with these rows can fire; without rows every one. */
  candidates(rows: KeyRows | undefined): Iterable<ReadyTrigger>;
  /** Whether there are any. */
  hasCandidates(rows: KeyRows): boolean;
}

/** Most subscriptions ask for a code or a patient: those are found by it, so that a thousand of them cost what ten do. */
export function createTriggerIndex(context: CompileContext, triggers: readonly ReadyTrigger[]): TriggerIndex {
  const byKey = new Map<string, ReadyTrigger[]>();
  const others: ReadyTrigger[] = [];
  for (const trigger of triggers) {
    const keys = requiredKeys(context, necessary(trigger));
    if (keys === undefined) others.push(trigger);
    for (const key of new Set(keys)) {
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [trigger]);
      else known.push(trigger);
    }
  }
  return {
    all: triggers,
    slots: slotsOf(byKey.keys()),
    candidates(rows) {
      if (rows === undefined) return triggers;
      const found = new Set(others);
      for (const key of exactKeys(rows)) for (const trigger of byKey.get(key) ?? []) found.add(trigger);
      return found;
    },
    hasCandidates(rows) {
      if (others.length > 0) return true;
      return hasExactKey(rows, byKey);
    },
  };
}

/** What must hold of the version at hand, whatever else does. */
function necessary({ filters, current, previous, requireBoth, interactions }: ReadyTrigger): readonly Filter[] {
  const isCurrentNeeded = (requireBoth || previous.length === 0) && !interactions.includes('delete');
  return isCurrentNeeded ? [...filters, ...current] : filters;
}
