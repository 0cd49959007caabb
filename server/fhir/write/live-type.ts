import { CANONICAL_TYPES } from '../../definitions/canonicals.ts';
import type { LiveKind } from '../../storage/live-version.ts';

const KINDS: ReadonlyMap<string, LiveKind> = new Map<string, LiveKind>([
  ['SearchParameter', 'search_parameters'],
  ...CANONICAL_TYPES.map((type) => [type, 'canonicals'] as const),
]);

/** What processes hold of the resources of a type; undefined for most types. A change of one must be told to all. */
export function liveKindOf(type: string): LiveKind | undefined {
  return KINDS.get(type);
}
