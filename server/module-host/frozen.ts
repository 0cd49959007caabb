import type { JsonValue } from '../kernel/json.ts';

/**
 * Makes a resource unchangeable, with all that is in it: modules get the very objects that the write path works with.
 * Code that writes to one fails at once, instead of changing what is checked but not what is stored.
 */
export function frozen<V extends JsonValue | undefined>(value: V): V {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) frozen(inner);
  return value;
}
