import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { controlOf, isInForce } from '../order-control.ts';
import { coreExtension } from '../../map/canonical.ts';
import { extensionOf, objectOf, objectsOf, textOf } from '../../map/json.ts';
import { notes } from '../segments/note.ts';
import { imagingSegment, studySegment, studyUid } from '../segments/imaging.ts';
import {
  categoryCodes,
  commonOrder,
  orderDetail,
  quantityTiming,
  reasonSegments,
  timingSegments,
} from '../segments/order.ts';
import { specimenSegments } from '../segments/specimen.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import { speaks, type Change, type Outgoing, type PeerProfile, type Telling } from '../tell.ts';

/**
 * An order as a message: new, changed, held, released or cancelled. Nothing for drafts, for proposals, and for what its filler says
 * of it (completed).
 */
export function orderMessage(telling: Telling): Outgoing | undefined {
  const control = orderControl(telling);
  const patient = subjectOf(telling);
  if (control === undefined || patient === undefined) return undefined;
  return {
    events: EVENTS[kindOf(telling.resource)],
    segments: (event, peer) => orderSegments(telling, { event, control, patient }, peer),
  };
}

/** ORC-1 of a change; undefined: there is nothing to tell. */
export function orderControl(change: Change): string | undefined {
  return controlOf(change, SAID, (status, was) => {
    if (status !== 'revoked' && status !== 'entered-in-error') return undefined;
    return isInForce(was) || (was === 'completed' && status === 'entered-in-error') ? 'CA' : undefined;
  });
}

/** What a message says of an order; a change of anything else is none. */
const SAID = [
  'code',
  'category',
  'priority',
  'subject',
  'encounter',
  'requester',
  'performer',
  'occurrenceDateTime',
  'occurrencePeriod',
  'occurrenceTiming',
  'reasonCode',
  'reasonReference',
  'specimen',
  'note',
  'orderDetail',
  'requisition',
];

type OrderKind = 'laboratory' | 'imaging' | 'other';

const EVENTS: Readonly<Record<OrderKind, readonly string[]>> = {
  laboratory: ['OML^O21', 'ORM^O01'],
  imaging: ['OMI^O23', 'ORM^O01'],
  other: ['OMG^O19', 'ORM^O01'],
};

/** SNOMED CT: imaging; laboratory procedure. */
const IMAGING = new Set(['363679005', 'imaging', ...'CT CUS NMR NMS OUS RAD RUS RX VUS XRC'.split(' ')]);
const LABORATORY = new Set([
  '108252007',
  'laboratory',
  ...'BG BLB CG CH CP HM IMM LAB MB MCB MYC SP SR TX VR'.split(' '),
]);

/** By its category; what has a modality or a study is imaging, what has a specimen is laboratory. */
export function kindOf(request: JsonObject): OrderKind {
  const codes = categoryCodes(request);
  const isModality = objectsOf(request.category).some((each) =>
    objectsOf(objectOf(each).coding).some(({ system }) => textOf(system).endsWith('/DCM')),
  );
  if (isModality || studyUid(request) !== '' || codes.some((code) => IMAGING.has(code))) return 'imaging';
  if (codes.some((code) => LABORATORY.has(code))) return 'laboratory';
  return objectsOf(request.specimen).length > 0 ? 'laboratory' : 'other';
}

interface OrderFacts {
  readonly event: string;
  readonly control: string;
  readonly patient: JsonObject;
}

function orderSegments(
  telling: Telling,
  { event, control, patient }: OrderFacts,
  peer: PeerProfile,
): readonly OutgoingSegment[] {
  const { resource: request } = telling;
  const isNew = speaks(peer, '2.5');
  const common = {
    control,
    group: request.requisition,
    reason: extensionOf(request, coreExtension('request-statusReason')).valueCodeableConcept,
    timing: isNew ? '' : quantityTiming(request),
  };
  return [
    patientSegment(patient, peer),
    visitOf(request.encounter, telling, peer),
    commonOrder(telling, common, peer),
    ...(isNew && event !== 'ORM^O01' ? timingSegments(request) : []),
    orderDetail(telling, peer),
    ...notes(request.note),
    ...reasonSegments(telling, peer),
    ...(event === 'OML^O21' || event === 'OMG^O19' ? specimenSegments(telling, peer) : []),
    ...(event === 'OMI^O23' ? [imagingSegment(request, peer)] : []),
    ...(event === 'ORM^O01' && studyUid(request) !== '' ? [studySegment(request)] : []),
  ];
}
