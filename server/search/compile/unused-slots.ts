import type { Hasher } from '../index/key.ts';
import { ANY_VALUE } from '../registry/noted-slots.ts';
import type { CompileContext, Scope } from './scope.ts';

/**
 * What access keeps back by labels costs each part of a statement a condition, or a join that takes longer to plan than the
 * rest to run, while most organisations have no labels. So a statement is first made as if nobody bore any, and finds out
 * itself whether that is so: in the same snapshot, so that the first label of all is not missed. If it is not, it answers with
 * a slot that is in use instead, and is made anew with that known.
 */
const used = new WeakMap<Hasher, Set<number>>();

/** Slots as they stand in keys. They are in use for good, so that it need not be asked again. */
export function isKnownUsed(hasher: Hasher, slot: number): boolean {
  return used.get(hasher)?.has(slot) === true;
}

export function noteUsed({ hasher }: CompileContext, slot: number): void {
  let known = used.get(hasher);
  if (known === undefined) used.set(hasher, (known = new Set()));
  known.add(slot);
}

/** SQL: one of the slots, in which some resource has a value or once had one; null when there is none. */
export function usedSlot({ sql, tenant }: Scope, slots: ReadonlySet<number>): string {
  const u = sql.alias('u');
  const where = `${u}.slot in (${[...slots].join(', ')}) and ${u}.tenant = ${tenant} and ${u}.value = '${ANY_VALUE}'`;
  return `(select ${u}.slot from uri_seen ${u} where ${where} limit 1)`;
}
