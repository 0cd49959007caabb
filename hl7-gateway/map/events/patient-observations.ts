import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { observationEntry } from '../segments/observation.ts';
import { Occurrences } from '../segments/order-numbers.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import type { SegmentGroup } from './order-groups.ts';
import { observationLines } from './result-lines.ts';

/** What stands below an OBX and belongs to it. */
const BELOW = new Set(['NTE', 'PRT']);

/**
 * OBX that stand with the patient and belong to no order: height and weight at an admission. Such an observation is known by the patient, what
 * was observed and when; without a time there is one of a kind, which each message changes.
 */
export function patientObservations(draft: MappingDraft, segments: readonly SegmentReader[], whom: PatientScope): void {
  const { key } = whom.patient;
  const occurrences = new Occurrences();
  for (const lines of observationLines(observationGroups(segments))) {
    const time = lines.lines[0]?.source.getRaw(14) ?? '';
    const identity = key === undefined ? {} : { identity: [key, time] };
    observationEntry(draft, lines, { whom, occurrences, ...identity });
  }
}

function observationGroups(segments: readonly SegmentReader[]): readonly SegmentGroup[] {
  const groups: { segment: SegmentReader; below: SegmentReader[] }[] = [];
  let current: SegmentReader[] | undefined;
  for (const segment of segments) {
    if (segment.name === 'OBX') {
      current = [];
      groups.push({ segment, below: current });
    } else if (BELOW.has(segment.name)) current?.push(segment);
    else current = undefined;
  }
  return groups;
}
