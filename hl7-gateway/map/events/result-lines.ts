import type { SegmentReader } from '../reading/segment-reader.ts';
import type { ObservationLines } from '../segments/observation.ts';
import type { SegmentGroup } from './order-groups.ts';

/** OBX-2, 3, 4, 11: what lines of one text have in common. */
const HEAD = [2, 3, 4, 11] as const;
const TEXTS = new Set(['TX', 'FT']);

/**
 * OBX as observations: a report in text comes as one OBX a line, all with the same code and sub-id, and is one observation. Notes end
 * a text: they belong to what is before them.
 */
export function observationLines(results: readonly SegmentGroup[]): readonly ObservationLines[] {
  const found: { lines: SegmentReader[]; below: readonly SegmentReader[] }[] = [];
  for (const { segment, below } of results) {
    const last = found.at(-1);
    const before = last?.lines.at(-1);
    if (last !== undefined && before !== undefined && last.below.length === 0 && continues(before, segment)) {
      last.lines.push(segment);
      last.below = below;
    } else found.push({ lines: [segment], below });
  }
  return found;
}

function continues(before: SegmentReader, line: SegmentReader): boolean {
  const [one, other] = [before.source, line.source];
  return (
    TEXTS.has(one.getRaw(2)) && one.getRaw(3) !== '' && HEAD.every((field) => one.getRaw(field) === other.getRaw(field))
  );
}
