import type { JsonObject } from '../../server/kernel/json.ts';
import { textOf } from '../map/json.ts';
import { hasChanged } from './has-changed.ts';
import type { Change } from './tell.ts';

/** What somebody else is asked to do. */
const ORDERED = new Set(['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order']);

export function isOrder({ intent }: JsonObject): boolean {
  return ORDERED.has(textOf(intent));
}

/**
 * ORC-1 (table 0119) of a change of an order or a prescription; undefined: there is nothing to tell, as of drafts and proposals.
 * @param said elements that its message says something of; a change of anything else is none
 * @param ended by which code its end is told, by its status and the one before
 */
export function controlOf(
  { resource, before }: Change,
  said: readonly string[],
  ended: (status: string, was: string) => string | undefined,
): string | undefined {
  if (!isOrder(resource)) return undefined;
  const was = before !== undefined && isOrder(before) ? textOf(before.status) : 'draft';
  const status = textOf(resource.status);
  if (status === 'on-hold') return was === 'active' ? 'HD' : undefined;
  if (status !== 'active') return ended(status, was);
  if (was === 'on-hold') return 'RL';
  if (was !== 'active') return 'NW';
  return before !== undefined && hasChanged(before, resource, said) ? 'XO' : undefined;
}

/** Whether the receiver holds it for something that is still to be done. */
export function isInForce(status: string): boolean {
  return status === 'active' || status === 'on-hold';
}
