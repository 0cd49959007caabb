import type { Slot } from '../registry-types.ts';

/** Security labels: every search of a restricted caller asks for them, and most organisations have none. */
const NOTED: ReadonlySet<string> = new Set(['meta.security']);

/** Stands in the dictionary for any value; an empty text would get lost on the way (storage/index-columns.ts). */
export const ANY_VALUE = '*';

/**
 * Whether the first value that a tenant stores in the slot is noted in the dictionary `uri_seen`, as {@link ANY_VALUE}, with
 * the resource and for good. Who asks for values in such a slot finds out by one look that there are none.
 */
export function isUseNoted({ name }: Slot): boolean {
  return NOTED.has(name);
}
