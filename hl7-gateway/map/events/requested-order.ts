import type { JsonObject } from '../../../server/kernel/json.ts';
import { append } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { conditionEntry } from '../segments/diagnosis.ts';
import { imagingStudyEntry, studyIdentifier } from '../segments/imaging-study.ts';
import { momentOfFirst } from '../segments/moment.ts';
import { annotations } from '../segments/note.ts';
import { otherAgents, putOrderParticipants } from '../segments/participation.ts';
import { observationEntry, type ObservationScope } from '../segments/observation.ts';
import { codeKey, orderKey, orderPlace, type Occurrences } from '../segments/order-numbers.ts';
import { orderProvenance } from '../segments/order-provenance.ts';
import { isNewOrder, orderStatus } from '../segments/order-status.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { codingsOf, orderElements, segmentsBelow, type OrderElements } from './order-elements.ts';
import type { OrderGroup } from './order-groups.ts';
import { orderSpecimens } from './order-specimens.ts';
import { observationLines } from './result-lines.ts';

/** What the orders of one message have in common. */
export interface RequestScope {
  readonly whom: PatientScope;
  readonly occurrences: Occurrences;
  /** Searches that several orders of the message have in common: their code tells them apart. */
  readonly sharedMatches: ReadonlySet<string>;
  /** What the kind of message says of its orders. */
  readonly category: JsonObject | undefined;
  /** Orders that were replaced before this one (RP, RU, RQ), by which a replacement (RO) is meant. */
  readonly replaced: JsonObject[];
}

/** An order: the request, its specimens, what was asked with it, why, and who did it. @returns a reference */
export function requestedOrder(draft: MappingDraft, group: OrderGroup, scope: RequestScope): JsonObject {
  const { whom } = scope;
  const order = orderElements(draft, group, whom);
  const { request, orc, obr, numbers } = order;
  const { resource } = request;
  const matches = matchesOf(order, scope.sharedMatches);
  const place = orderPlace(matches, obr ?? orc);
  const eventTime = momentOfFirst(draft, [orc?.value(9)]);
  const reference: JsonObject = { reference: draft.fullUrl(`ServiceRequest ${place}`) };
  const key = orderKey(numbers);
  const known = key === undefined ? {} : { identity: [key, codeKey(obr?.value(4))] };
  if (scope.category !== undefined) append(resource, 'category', scope.category);
  for (const dg1 of segmentsBelow(group, 'DG1')) {
    const reason = conditionEntry(draft, dg1, whom);
    if (reason !== undefined) append(resource, 'reasonReference', reason);
  }
  const below = [group.order, ...group.details].flatMap((each) => each?.below ?? []);
  putOrderParticipants(resource, draft, below);
  const notes = annotations(draft, below);
  for (const note of notes) append(resource, 'note', note);
  const specimens = orderSpecimens(draft, group, { whom, ...known, eventTime, request: reference });
  for (const specimen of specimens.references) append(resource, 'specimen', specimen);
  const observing = { whom, occurrences: scope.occurrences, ...known, eventTime };
  for (const observed of supporting(draft, group, observing)) append(resource, 'supportingInfo', observed);
  for (const { specimen, number, groups } of specimens.observed) {
    const identity = key === undefined ? {} : { identity: [...(known.identity ?? []), `specimen ${number}`] };
    for (const lines of observationLines(groups))
      observationEntry(draft, lines, { ...observing, ...identity, shared: { specimen, focus: [specimen] } });
  }
  putReplacement(resource, orc?.text(1) ?? '', reference, scope.replaced);
  const { studyUid } = order.imaging;
  // Modalities are told the study that the sender has chosen, not one that is made here.
  if (studyUid !== undefined) append(resource, 'identifier', studyIdentifier(studyUid));
  addRequest(draft, place, order, matches, eventTime);
  if (studyUid !== undefined)
    imagingStudyEntry(draft, `${place} ${studyUid}`, {
      whom,
      details: order.imaging,
      studyUid,
      basedOn: reference,
      status: 'registered',
    });
  if (orc !== undefined)
    orderProvenance(draft, place, orc, reference, { recordedAt: eventTime, agents: otherAgents(draft, below) });
  return reference;
}

/** OBX of an order: what was asked and answered with it. */
function supporting(draft: MappingDraft, { results }: OrderGroup, scope: ObservationScope): readonly JsonObject[] {
  return observationLines(results)
    .map((lines) => observationEntry(draft, lines, scope)?.reference)
    .filter((reference) => reference !== undefined);
}

function putReplacement(resource: JsonObject, control: string, reference: JsonObject, replaced: JsonObject[]): void {
  if (control === 'RP' || control === 'RU' || control === 'RQ') replaced.push(reference);
  else if (control === 'RO' && replaced.length > 0) resource.replaces = [...replaced];
}

/**
 * A new order (NW) does not say that it is still in force: where it comes after its result or its cancellation, these stand. What says nothing of
 * what was ordered, or nothing of its status, is of an order that must be known.
 */
function addRequest(
  draft: MappingDraft,
  place: string,
  { request, orc }: OrderElements,
  matches: readonly string[],
  eventTime: string,
): void {
  const { resource, clears } = request;
  const control = orc?.text(1) ?? '';
  const status = orderStatus(control, orc?.text(5) ?? '') ?? (orc === undefined ? 'active' : undefined);
  const isDefault = status === 'active' && (isNewOrder(control) || orc === undefined);
  if (status !== undefined && !isDefault) resource.status = status;
  const isKnown = resource.code === undefined && matches.length > 0;
  draft.add(place, {
    resource,
    match: matches,
    mode: isKnown ? 'update' : 'upsert',
    defaults: { status: isDefault ? 'active' : 'unknown' },
    ...(clears.length === 0 ? {} : { clears }),
    adds: ['identifier', 'specimen', 'supportingInfo', 'reasonReference'],
    eventTime,
  });
}

function matchesOf({ numbers, request }: OrderElements, shared: ReadonlySet<string>): readonly string[] {
  return numbers.matches.map((match) => (shared.has(match) ? withCode(match, request.resource) : match));
}

/** The same number for several orders: what was ordered tells them apart. */
function withCode(match: string, { code }: JsonObject): string {
  const [coding] = codingsOf(code);
  if (typeof coding?.code !== 'string') return match;
  const system = typeof coding.system === 'string' ? encodeURIComponent(coding.system) : '';
  return `${match}&code=${system}|${encodeURIComponent(coding.code)}`;
}
