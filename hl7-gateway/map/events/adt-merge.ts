import { defineMap } from '../define-map.ts';
import { identifierOfCx } from '../datatypes/identifier.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure, type MappedIdentifier } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { patientSegments, triggerEvent } from './adt.ts';
import { mergeAccounts } from './merge-accounts.ts';
import { patientGroup } from './patient-group.ts';

/**
 * Two charts of one person become one: A40, and the old forms A18, A30, A34, A36 (with the account), A39. MRG names who goes, PID who
 * stays; a message may hold several pairs, which are merged in order (C1 into C2, C2 into C3).
 */
const MERGES = ['A18', 'A30', 'A34', 'A36', 'A39', 'A40'];

const mergeMap = defineMap(
  MERGES.map((event) => `ADT^${event}`),
  (draft) => {
    const groups = patientSegments(draft);
    const pairs = groups.map((group) => ({ group, ...pairOf(draft, group) }));
    const lastGoing = new Map(
      pairs.flatMap(({ source }, index) => source.map((each) => [keyOf(each), index] as const)),
    );
    for (const [index, { group, source, target }] of pairs.entries()) {
      draft.addMerge({ kind: 'merge', source, target });
      for (const each of [...source, ...target]) draft.addPatient(keyOf(each));
      // Who goes in a later pair is not written once more.
      if (target.some((each) => (lastGoing.get(keyOf(each)) ?? -1) > index)) continue;
      const scope = patientGroup(draft, group, { event: triggerEvent(draft) });
      if (triggerEvent(draft) === 'A36') mergeAccounts(draft, group, scope.patient);
    }
  },
);

/** A24 says that two charts are of one person and stay two, A37 that they are not. */
const linkMaps = (
  [
    ['A24', 'link'],
    ['A37', 'unlink'],
  ] as const
).map(([event, kind]) =>
  defineMap([`ADT^${event}`], (draft) => {
    const [first, second] = patientSegments(draft);
    if (first === undefined || second === undefined)
      throw new MapFailure('The message names one patient where two are linked', 'PID^2', '101');
    const [target, source] = [first, second].map((group) => numbersOf(draft, segmentOf(group, 'PID'), 3, 'PID'));
    if (target === undefined || source === undefined) return;
    draft.addMerge({ kind, source, target });
    for (const each of [...source, ...target]) draft.addPatient(keyOf(each));
    for (const group of [first, second]) patientGroup(draft, group, { event });
  }),
);

export const MERGE_MAPS: readonly MessageMap[] = [mergeMap, ...linkMaps];

function pairOf(
  draft: MappingDraft,
  group: readonly SegmentReader[],
): { readonly source: readonly MappedIdentifier[]; readonly target: readonly MappedIdentifier[] } {
  const mrg = segmentOf(group, 'MRG');
  const source = numbersOf(draft, mrg, mrg.has(1) ? 1 : 4, 'MRG');
  return { source, target: numbersOf(draft, segmentOf(group, 'PID'), 3, 'PID') };
}

function segmentOf(group: readonly SegmentReader[], name: string): SegmentReader {
  const segment = group.find((each) => each.name === name);
  if (segment === undefined) throw new MapFailure(`The message has no ${name}`, name, '101');
  return segment;
}

/** Numbers with an assigner: others could be of anybody. */
function numbersOf(
  draft: MappingDraft,
  segment: SegmentReader,
  field: number,
  name: string,
): readonly MappedIdentifier[] {
  const numbers: MappedIdentifier[] = [];
  for (const each of segment.values(field)) {
    const { system, value } = identifierOfCx(each, draft) ?? {};
    if (typeof system === 'string' && typeof value === 'string') numbers.push({ system, value });
  }
  if (numbers.length === 0)
    throw new MapFailure(`${name}-${field} has no number of which is known who gave it`, `${name}^1^${field}`, '101');
  return numbers;
}

function keyOf({ system, value }: MappedIdentifier): string {
  return `${system}|${value}`;
}
