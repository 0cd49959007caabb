import type { JsonObject } from '../../../server/kernel/json.ts';
import { append, elementsOf, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { isImagingSection } from '../segments/diagnostic-report.ts';
import { imagingDetails, type ImagingDetails } from '../segments/imaging-study.ts';
import { namedPerformer } from '../segments/performers.ts';
import { orderNumbers, type OrderNumbers } from '../segments/order-numbers.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { putCommonOrder, putOrderDetail, putOrderTiming } from '../segments/service-request.ts';
import { timingOfTq, timingOfTq1, type OrderTiming } from '../segments/timing.ts';
import { SUBJECT, whomElements } from '../segments/whom.ts';
import type { OrderGroup } from './order-groups.ts';

/** What a group of ORC and OBR says of an order. */
export interface OrderElements {
  readonly request: Elements;
  readonly numbers: OrderNumbers;
  readonly imaging: ImagingDetails;
  readonly orc: SegmentReader | undefined;
  readonly obr: SegmentReader | undefined;
}

export function detailOf({ details }: OrderGroup, name: string): SegmentReader | undefined {
  return details.find(({ segment }) => segment.name === name)?.segment;
}

/** Segments of one name that stand anywhere below the segments of an order, but not with another. */
export function segmentsBelow(
  { order, details, results, specimens }: OrderGroup,
  name: string,
): readonly SegmentReader[] {
  const holders = [...(order === undefined ? [] : [order]), ...details, ...results, ...specimens];
  const all = [...holders, ...specimens.flatMap(({ observations }) => observations)].flatMap(({ below }) => below);
  return all.filter((segment) => segment.name === name);
}

/** The order as ServiceRequest elements; its status, and whether it is stored at all, is for the event to say. */
export function orderElements(draft: MappingDraft, group: OrderGroup, whom: PatientScope): OrderElements {
  const orc = group.order?.segment;
  const obr = detailOf(group, 'OBR');
  const request = elementsOf('ServiceRequest');
  const { resource } = request;
  const numbers = orderNumbers(draft, orc, obr);
  Object.assign(resource, whomElements(whom, SUBJECT));
  if (numbers.identifiers.length > 0) resource.identifier = [...numbers.identifiers];
  resource.intent = 'order';
  if (obr !== undefined) putOrderDetail(request, obr, draft);
  if (orc !== undefined) putCommonOrder(request, orc, draft);
  const timing = timingOf(draft, group, orc, obr);
  if (timing !== undefined) putOrderTiming(request, timing);
  const imaging = putImaging(draft, request, group, obr);
  // FHIR knows details only of what is named.
  if (resource.code === undefined) delete resource.orderDetail;
  return { request, numbers, imaging, orc, obr };
}

/**
 * TQ1, and the TQ of older versions in ORC-7 or OBR-27 for what it leaves open; further ones are of a kind that one order cannot
 * hold.
 */
function timingOf(
  draft: MappingDraft,
  group: OrderGroup,
  orc: SegmentReader | undefined,
  obr: SegmentReader | undefined,
): OrderTiming | undefined {
  const [tq1] = segmentsBelow(group, 'TQ1');
  const older = [orc?.value(7), obr?.value(27)].filter((value) => value !== undefined);
  const timings = [
    ...(tq1 === undefined ? [] : [timingOfTq1(tq1, draft)]),
    ...older.map((tq) => timingOfTq(tq, draft)),
  ];
  return timings.length === 0 ? undefined : timings.reduce(completed);
}

/** What the newer form leaves open, the older one says. */
function completed(first: OrderTiming, second: OrderTiming): OrderTiming {
  const said = Object.fromEntries(Object.entries(first).filter(([, value]) => value !== undefined));
  return { ...second, ...said, isAsNeeded: first.isAsNeeded || second.isAsNeeded };
}

function putImaging(
  draft: MappingDraft,
  { resource }: Elements,
  group: OrderGroup,
  obr: SegmentReader | undefined,
): ImagingDetails {
  const [[ipc], [zds]] = [segmentsBelow(group, 'IPC'), segmentsBelow(group, 'ZDS')];
  const isImaging = obr !== undefined && (ipc !== undefined || zds !== undefined || isImagingSection(obr));
  const details = imagingDetails(draft, ipc, zds, isImaging ? obr : undefined);
  for (const identifier of details.identifiers) append(resource, 'identifier', identifier);
  for (const detail of details.orderDetail) append(resource, 'orderDetail', detail);
  for (const value of isImaging ? obr.values(34) : []) {
    const performer = namedPerformer(value, draft);
    if (performer !== undefined) append(resource, 'performer', performer);
  }
  return details;
}

export function codingsOf(concept: unknown): readonly JsonObject[] {
  const { coding } = (concept ?? {}) as JsonObject;
  return Array.isArray(coding) ? (coding as JsonObject[]) : [];
}
