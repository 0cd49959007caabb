import { MAX_CONTAINED, type IndexRows } from '../search/index/row-types.ts';

/**
 * Contained resources have rows of their own in `resource` and in the index tables: pid, type and keys are negative, so
 * that nothing but a search for them meets them. They are no versions: history has none of them.
 * Reasons: server/docs/decisions/0005-contained-resources.md
 */
export function containedPid(pid: number, place: number): number {
  return -(pid * MAX_CONTAINED + place);
}

/** A row of `resource` with its index rows. */
export interface IndexedPart {
  readonly pid: number;
  readonly sortAt: number;
  readonly rows: IndexRows;
}

/** The rows of a resource and of those that it contains. One without a natural date stands where its container stands. */
export function indexedParts({ pid, sortAt, rows }: IndexedPart): readonly IndexedPart[] {
  return [
    { pid, sortAt, rows },
    ...rows.contained.map((inner, place) => ({
      pid: containedPid(pid, place),
      sortAt: inner.rows.sortAt ?? sortAt,
      rows: inner.rows,
    })),
  ];
}
