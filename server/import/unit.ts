import type { Line } from './read-lines.ts';

/** What one worker loads at a time: neighbouring lines of one file. */
export interface Unit {
  readonly source: string;
  readonly lines: readonly UnitLine[];
  /** Whether pieces that miss a reference are taken apart to find the lines at fault, or put off as they are. */
  readonly isolate: boolean;
}

export interface UnitLine extends Omit<Line, 'source'> {
  /** Keys of the entries that are left of a batch, in their order; without them they follow from `key`. */
  readonly entryKeys?: readonly string[];
}

/** A line, or what is left of a batch, that was not loaded. */
export interface Remainder extends UnitLine {
  readonly reasons: readonly Reason[];
}

export interface Reason {
  /** Stable code of the fault, such as `validation.failed`. */
  readonly code: string;
  readonly text: string;
  readonly expression?: string;
}

export interface UnitResult {
  /** New resources, by type. */
  readonly created: Readonly<Record<string, number>>;
  /** Resources that were there before: updated, unchanged, or found by a conditional create. */
  readonly existing: number;
  /** Lines (or entries of a batch) that an earlier run had loaded. */
  readonly skipped: number;
  /** Refer to resources that are not there yet. */
  readonly deferred: readonly Remainder[];
  readonly rejected: readonly Remainder[];
}

export const MAX_UNIT_LINES = 500;
export const MAX_UNIT_BYTES = 512 * 1024;

/** Groups lines into units of at most 500 lines or half a megabyte (one line may be longer). */
export async function* groupLines(lines: AsyncIterable<Line>): AsyncGenerator<Unit> {
  let group: Line[] = [];
  let bytes = 0;
  for await (const line of lines) {
    if (group.length > 0 && (group.length === MAX_UNIT_LINES || bytes + line.bytes.length > MAX_UNIT_BYTES)) {
      yield { source: line.source, lines: group, isolate: false };
      group = [];
      bytes = 0;
    }
    group.push(line);
    bytes += line.bytes.length;
  }
  const [first] = group;
  if (first !== undefined) yield { source: first.source, lines: group, isolate: false };
}
