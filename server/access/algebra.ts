import type { Filter } from '../search/tree.ts';
import type { Allowed } from './access.ts';

/** What every part allows. Without parts: everything. */
export function allOf(parts: readonly Allowed[]): Allowed {
  const filters = new Set<Filter>();
  for (const part of parts) {
    if (part === 'none') return 'none';
    if (part === 'all') continue;
    for (const filter of part.kind === 'and' ? part.filters : [part]) filters.add(filter);
  }
  return joined('and', [...filters]) ?? 'all';
}

/** What some part allows. Without parts: nothing. */
export function anyOf(parts: readonly Allowed[]): Allowed {
  const filters = new Set<Filter>();
  for (const part of parts) {
    if (part === 'all') return 'all';
    if (part === 'none') continue;
    for (const filter of part.kind === 'or' ? part.filters : [part]) filters.add(filter);
  }
  return joined('or', [...filters]) ?? 'none';
}

export function except(part: Allowed): Allowed {
  if (part === 'none') return 'all';
  return part === 'all' ? 'none' : { kind: 'not', filter: part };
}

function joined(kind: 'and' | 'or', filters: readonly Filter[]): Filter | undefined {
  return filters.length < 2 ? filters[0] : { kind, filters };
}
