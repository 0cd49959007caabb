import type { JsonObject } from '../../../server/kernel/json.ts';
import { dateTime, instant } from '../datatypes/date-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { observationCategory } from '../segments/diagnostic-report.ts';
import { momentOrPeriod } from '../segments/moment-or-period.ts';
import { observationEntry, type MadeObservation, type ObservationScope } from '../segments/observation.ts';
import type { Occurrences } from '../segments/order-numbers.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import type { OrderGroup, SegmentGroup } from './order-groups.ts';
import { isObserved } from './report-parts.ts';
import { observationLines } from './result-lines.ts';

/** What the results of one message have in common. */
export interface ResultScope {
  readonly whom: PatientScope;
  readonly occurrences: Occurrences;
  /** fullUrls of the members of an observation, by the index of its OBX. */
  readonly members: ReadonlyMap<number, readonly string[]>;
}

/** An order whose results are being observed. */
export interface Observing extends ResultScope {
  readonly identity?: readonly string[];
  readonly obr: SegmentReader | undefined;
  readonly eventTime?: string;
  /** Reference to the ServiceRequest. */
  readonly basedOn: JsonObject | undefined;
  /** The one specimen of the order. */
  readonly specimen: JsonObject | undefined;
}

/** Questions that were asked with the order, and their answers, are no results: table 0936 of HL7 v2.8. */
const ASKED = new Set(['QST', 'SCI']);

/** OBX of an order. @returns those that are results */
export function observeResults(
  draft: MappingDraft,
  { results }: OrderGroup,
  observing: Observing,
): readonly MadeObservation[] {
  const shared = sharedOf(observing);
  const found: MadeObservation[] = [];
  for (const lines of observationLines(results)) {
    const [obx] = lines.lines;
    if (obx === undefined || !isObserved(obx)) continue;
    const members = observing.members.get(obx.index);
    const hasMember = members?.map((reference) => ({ reference }));
    const scope = scopeOf(draft, observing, { ...shared, ...(hasMember === undefined ? {} : { hasMember }) });
    const made = observationEntry(draft, lines, scope);
    if (made !== undefined && !ASKED.has(obx.text(29))) found.push(made);
  }
  return found;
}

/** OBX of a specimen: what is said of the specimen itself. */
export function observeSpecimens(
  draft: MappingDraft,
  groups: readonly SegmentGroup[],
  { specimen, number }: { readonly specimen: JsonObject; readonly number: number },
  observing: Observing,
): void {
  const { identity, ...others } = observing;
  const own = identity === undefined ? {} : { identity: [...identity, `specimen ${number}`] };
  for (const lines of observationLines(groups)) {
    observationEntry(draft, lines, scopeOf(draft, { ...others, ...own }, { specimen, focus: [specimen] }));
  }
}

function sharedOf({ obr, basedOn, specimen }: Observing): JsonObject {
  const category = obr && observationCategory(obr);
  return {
    ...(category === undefined ? {} : { category: [category] }),
    ...(basedOn === undefined ? {} : { basedOn: [basedOn] }),
    ...(specimen === undefined ? {} : { specimen }),
  };
}

function scopeOf(
  draft: MappingDraft,
  { obr, basedOn: _, specimen: __, members: ___, ...scope }: Observing,
  shared: JsonObject,
): ObservationScope {
  const [start, end] = [obr?.value(7), obr?.value(8)].map((value) => value && dateTime(value, draft));
  const reported = obr?.value(22);
  const issued = reported && instant(reported, draft);
  return {
    ...scope,
    shared,
    effective: momentOrPeriod('effective', start, end),
    ...(issued === undefined ? {} : { issued }),
    reportStatus: obr?.text(25) ?? '',
  };
}
