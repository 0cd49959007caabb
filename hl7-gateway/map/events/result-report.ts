import type { JsonObject } from '../../../server/kernel/json.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { matchOf } from '../datatypes/identifier.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { plainText } from '../datatypes/text.ts';
import { append, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { putReport, putReportNotes, putReportOrder } from '../segments/diagnostic-report.ts';
import { imagingStudyEntry } from '../segments/imaging-study.ts';
import { momentOrPeriod } from '../segments/moment-or-period.ts';
import { annotations } from '../segments/note.ts';
import { otherAgents, putReportParticipants } from '../segments/participation.ts';
import { isImpression } from '../segments/observation-code.ts';
import type { MadeObservation } from '../segments/observation.ts';
import { derivedIdentifier, type Occurrences } from '../segments/order-numbers.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { reportStatus } from '../segments/result-status.ts';
import { SUBJECT, whomElements } from '../segments/whom.ts';
import type { OrderElements } from './order-elements.ts';
import type { OrderGroup } from './order-groups.ts';
import { isDocument, putPresentation, studyUidOf } from './report-parts.ts';

/** What a report is made of. */
export interface ReportSource {
  readonly group: OrderGroup;
  readonly whom: PatientScope;
  readonly order: OrderElements;
  readonly obr: SegmentReader;
  readonly identity?: readonly string[];
  readonly eventTime: string;
  readonly observed: readonly MadeObservation[];
  readonly occurrences: Occurrences;
}

/** The report of an order, known by its filler's number and service. */
export function addReport(draft: MappingDraft, report: Elements, source: ReportSource): void {
  const { group, whom, order, obr, identity, eventTime, observed, occurrences } = source;
  const { resource, clears } = report;
  Object.assign(resource, whomElements(whom, SUBJECT));
  const derived = identity && derivedIdentifier('report', occurrences.distinct(['report', ...identity]));
  const identifiers = [...(derived === undefined ? [] : [derived]), ...order.numbers.identifiers];
  if (identifiers.length > 0) resource.identifier = identifiers;
  const [start, end] = [obr.value(7), obr.value(8)].map((value) => value && dateTime(value, draft));
  Object.assign(resource, momentOrPeriod('effective', start, end));
  putReport(report, obr, draft);
  if (order.orc !== undefined) putReportOrder(report, order.orc, draft);
  resource.status = reportStatus(
    obr.text(25),
    observed.map(({ status }) => status),
  );
  putForms(draft, report, source);
  const below = [group.order, ...group.details].flatMap((each) => each?.below ?? []);
  putReportNotes(report, annotations(draft, below));
  putReportParticipants(resource, draft, below);
  const match = matchOf(derived);
  const reference = draft.add(obr.place, {
    resource,
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    ...(clears.length === 0 ? {} : { clears }),
    eventTime,
    order: 'result',
  });
  const agent = otherAgents(draft, [...below, ...belowDocuments(group)]);
  if (agent.length === 0) return;
  draft.add(`${obr.place} participants`, {
    resource: { resourceType: 'Provenance', target: [{ reference }], recorded: eventTime, agent: [...agent] },
    match: [],
    mode: 'create',
  });
}

function belowDocuments({ results }: OrderGroup): readonly SegmentReader[] {
  return results.filter(({ segment }) => isDocument(segment)).flatMap(({ below }) => below);
}

/** Documents, the impression, and the study that the report is about. */
function putForms(draft: MappingDraft, report: Elements, { group, whom, order }: ReportSource): void {
  const { resource } = report;
  const conclusions: string[] = [];
  const studies = new Set(order.imaging.studyUid === undefined ? [] : [order.imaging.studyUid]);
  for (const { segment: obx } of group.results) {
    if (isDocument(obx)) putPresentation(report, obx, draft);
    const uid = studyUidOf(obx);
    if (uid !== undefined) {
      studies.add(uid);
      obx.skip(1, 2, 3, 4, 11);
      for (const value of obx.values(16)) appendDefined(resource, 'performer', practitionerReference(value, draft));
    }
    if (isImpression(obx.value(3))) conclusions.push(...obx.values(5).map((value) => plainText(value) ?? ''));
  }
  if (conclusions.length > 0) resource.conclusion = conclusions.join('\n');
  const [basedOn] = (resource.basedOn ?? []) as JsonObject[];
  for (const studyUid of studies) {
    const study = imagingStudyEntry(draft, `${report.resource.resourceType} ${studyUid}`, {
      whom,
      details: order.imaging,
      studyUid,
      basedOn,
      status: 'unknown',
    });
    append(resource, 'imagingStudy', study);
  }
}

function appendDefined(resource: JsonObject, element: string, item: JsonObject | undefined): void {
  if (item !== undefined) append(resource, element, item);
}
