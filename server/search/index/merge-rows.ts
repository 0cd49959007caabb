import type { ContainedRows, IndexRows } from './row-types.ts';

/** The rows of two forms of one resource, each once. */
export function mergeRows(first: IndexRows, second: IndexRows): IndexRows {
  return {
    ...first,
    present: first.present.map((bits, at) => bits | (second.present[at] ?? 0)),
    tokens: union(first.tokens, second.tokens),
    refs: union(first.refs, second.refs),
    dates: union(first.dates, second.dates),
    quantities: union(first.quantities, second.quantities),
    strings: union(first.strings, second.strings),
    positions: union(first.positions, second.positions),
    uris: union(first.uris, second.uris),
    contained: first.contained.map((inner, place) => mergeContained(inner, second.contained[place])),
  };
}

function mergeContained(first: ContainedRows, second: ContainedRows | undefined): ContainedRows {
  return second === undefined ? first : { ...first, rows: mergeRows(first.rows, second.rows) };
}

function union<Row extends object>(first: readonly Row[], second: readonly Row[]): readonly Row[] {
  const known = new Set(first.map(textOf));
  return [...first, ...second.filter((row) => !known.has(textOf(row)))];
}

/** Both were made by the same code, with their columns in the same order. */
function textOf(row: object): string {
  return JSON.stringify(row);
}
