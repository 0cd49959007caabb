import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { ownExtension } from '../../map/canonical.ts';
import { concept, concepts } from '../datatypes/concepts.ts';
import { entity, identifierOfType } from '../datatypes/numbers.ts';
import { practitioner, practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { codesOf, extensionOf, objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import { speaks, type PeerProfile, type Telling } from '../tell.ts';
import { imagingNumbers } from './imaging.ts';
import { specimens } from './specimen.ts';

/** HL7 tables 0485 and 0027. */
export const PRIORITIES: Readonly<Record<string, string | undefined>> = {
  routine: 'R',
  urgent: 'U',
  asap: 'A',
  stat: 'S',
};

/** Placer's and filler's number of a request: ORC-2, ORC-3. */
export function orderNumbers(
  { identifier }: JsonObject,
  { names }: PeerProfile,
): readonly [OutgoingField, OutgoingField] {
  return [entity(identifierOfType(identifier, 'PLAC'), names), entity(identifierOfType(identifier, 'FILL'), names)];
}

/** What ORC says of a request beside what is alike in all of them. */
export interface CommonOrder {
  /** Table 0119: `NW`. */
  readonly control: string;
  /** Identifier of what it was ordered together with. */
  readonly group: JsonObject[string];
  /** CodeableConcept: why its status is what it is. */
  readonly reason: JsonObject[string];
  /** ORC-7, TQ. */
  readonly timing?: OutgoingField;
}

/** ORC. */
export function commonOrder(
  telling: Telling,
  { control, group, reason, timing = '' }: CommonOrder,
  peer: PeerProfile,
): OutgoingSegment {
  const { resource: request } = telling;
  const at = control === 'NW' ? textOf(request.authoredOn) : textOf(objectOf(request.meta).lastUpdated);
  return [
    'ORC',
    control,
    ...orderNumbers(request, peer),
    entity(identifierOrNone(group), peer.names),
    '',
    '',
    timing,
    '',
    timestamp(at),
    '',
    '',
    practitioner(request.requester, telling, peer.names),
    '',
    '',
    '',
    control === 'NW' ? '' : concept(reason, peer),
  ];
}

function identifierOrNone(value: JsonObject[string]): JsonObject | undefined {
  const identifier = objectOf(value);
  return textOf(identifier.value) === '' ? undefined : identifier;
}

/** TQ, in which versions before 2.5 say when and how urgently. */
export function quantityTiming(request: JsonObject): OutgoingField {
  const { start, end } = times(request);
  return ['', '', '', start, end, PRIORITIES[textOf(request.priority)] ?? ''];
}

/** TQ1, from version 2.5 on; none where nothing is said of time and urgency. */
export function timingSegments(request: JsonObject): readonly OutgoingSegment[] {
  const { start, end } = times(request);
  const priority = PRIORITIES[textOf(request.priority)] ?? '';
  return start + end + priority === '' ? [] : [['TQ1', '1', '', '', '', '', '', start, end, priority]];
}

function times({ occurrenceDateTime, occurrencePeriod, occurrenceTiming }: JsonObject): {
  readonly start: string;
  readonly end: string;
} {
  const bounds = objectOf(objectOf(objectOf(occurrenceTiming).repeat).boundsPeriod);
  const period = objectOf(occurrencePeriod);
  const start = textOf(occurrenceDateTime) || textOf(period.start) || textOf(bounds.start);
  return { start: timestamp(start), end: timestamp(textOf(period.end) || textOf(bounds.end)) };
}

/** OBR of what is ordered. */
export function orderDetail(telling: Telling, peer: PeerProfile): OutgoingSegment {
  const { resource: request } = telling;
  const [placer, filler] = orderNumbers(request, peer);
  const isOld = !speaks(peer, '2.5');
  const { start } = times(request);
  const clinical = extensionOf(request, ownExtension('relevant-clinical-information')).valueCodeableConcept;
  const requester = practitioners([request.requester], telling, peer.names);
  return [
    'OBR',
    '1',
    placer,
    filler,
    concept(request.code, peer),
    isOld ? (PRIORITIES[textOf(request.priority)] ?? '') : '',
    isOld ? start : '',
    collected(telling),
    '',
    '',
    '',
    request.intent === 'reflex-order' ? 'G' : '',
    '',
    speaks(peer, '2.7') ? concept(clinical, peer) : textOf(objectOf(clinical).text),
    '',
    '',
    requester,
    '',
    ...imagingNumbers(request),
    '',
    '',
    '',
    section(request),
    '',
    '',
    isOld ? quantityTiming(request) : '',
    '',
    '',
    '',
    concepts(request.reasonCode, peer),
  ];
}

/** OBR-24: a code of table 0074 in a category. */
function section({ category }: JsonObject): string {
  const codings = objectsOf(category).flatMap(({ coding }) => objectsOf(coding));
  return textOf(codings.find(({ system }) => textOf(system).endsWith('/v2-0074'))?.code);
}

/** OBR-7: when its specimen was taken. */
function collected(telling: Telling): string {
  const [specimen] = specimens(telling);
  const { collectedDateTime, collectedPeriod } = objectOf(specimen?.collection);
  return timestamp(textOf(collectedDateTime) || textOf(objectOf(collectedPeriod).start));
}

/** DG1 of Conditions that are a reason. */
export function reasonSegments(telling: Telling, peer: PeerProfile): readonly OutgoingSegment[] {
  return objectsOf(telling.resource.reasonReference)
    .map((reference) => telling.find(referenceOf(reference)))
    .filter((each) => each?.resourceType === 'Condition')
    .map((condition, index) => ['DG1', String(index + 1), '', concept(condition?.code, peer), '', '', 'W']);
}

/** Codes of a request's categories. */
export function categoryCodes({ category }: JsonObject): readonly string[] {
  return objectsOf(category).flatMap((each) => codesOf(each));
}
