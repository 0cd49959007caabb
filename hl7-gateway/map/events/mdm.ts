import type { JsonObject } from '../../../server/kernel/json.ts';
import { defineMap } from '../define-map.ts';
import { matchesOf } from '../datatypes/identifier.ts';
import { append } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { documentElements, documentNumber } from '../segments/document.ts';
import { ABSENT_CONTENT, documentContents } from '../segments/document-content.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { triggerEvent } from './adt.ts';
import { orderElements } from './order-elements.ts';
import { orderGroups } from './order-groups.ts';
import { patientGroup } from './patient-group.ts';
import { stubRequest } from './stub-request.ts';

/** Original, status, addendum, edit, replacement, cancellation; the even ones bring the content. */
const EVENTS = ['T01', 'T02', 'T03', 'T04', 'T05', 'T06', 'T07', 'T08', 'T09', 'T10', 'T11'];

/** What a document is to its parent (TXA-13). https://hl7.org/fhir/R4/valueset-document-relationship-type.html */
const RELATIONS: Readonly<Record<string, string | undefined>> = {
  T05: 'appends',
  T06: 'appends',
  T07: 'replaces',
  T08: 'replaces',
  T09: 'replaces',
  T10: 'replaces',
};

export const MDM_MAPS: readonly MessageMap[] = [
  defineMap(
    EVENTS.map((event) => `MDM^${event}`),
    (draft) => {
      const txa = draft.first('TXA');
      if (txa === undefined)
        throw new MapFailure('The message has no TXA: it says nothing of a document', 'TXA', '101');
      const before = draft.segments.filter(({ index }) => index < txa.index);
      const after = draft.segments.filter(({ index }) => index > txa.index);
      const [group] = orderGroups(before, { specimens: 'within' });
      const scope = patientGroup(draft, group?.patient ?? before);
      const { document, number } = documentElements(draft, txa, triggerEvent(draft) === 'T11');
      const { resource } = document;
      resource.subject = scope.patient.reference;
      const orders = (group?.orders ?? []).map((order) => stubRequest(draft, orderElements(draft, order, scope)));
      putContext(
        resource,
        scope,
        orders.filter((each) => each !== undefined),
      );
      const contents = documentContents(after, txa);
      if (contents.length > 0) resource.content = [...contents];
      putParent(draft, resource, txa, number);
      draft.add(txa.place, {
        resource,
        match: matchesOf([number]),
        mode: 'upsert',
        defaults: { content: [ABSENT_CONTENT] },
        ...(document.clears.length === 0 ? {} : { clears: document.clears }),
        eventTime: eventTimeOf(draft),
      });
    },
  ),
];

function putContext(resource: JsonObject, { visit }: PatientScope, related: readonly JsonObject[]): void {
  const context: JsonObject = {};
  if (visit !== undefined) append(context, 'encounter', visit.reference);
  for (const order of related) append(context, 'related', order);
  if (Object.keys(context).length > 0) resource.context = context;
  if (visit?.contained !== undefined) append(resource, 'contained', visit.contained);
}

/** The document that this one adds to or replaces; one that is replaced is superseded, where it is stored. */
function putParent(draft: MappingDraft, resource: JsonObject, txa: SegmentReader, number: JsonObject): void {
  const value = txa.value(13);
  const parent = value === undefined ? undefined : documentNumber(value, draft);
  // Addenda and edits may go by the number of what they change.
  if (parent === undefined || JSON.stringify(parent) === JSON.stringify(number)) return;
  const code = RELATIONS[triggerEvent(draft)] ?? 'transforms';
  append(resource, 'relatesTo', { code, target: { type: 'DocumentReference', identifier: parent } });
  if (code === 'replaces')
    draft.add(`${txa.place}-13`, {
      resource: { resourceType: 'DocumentReference', identifier: [parent], status: 'superseded' },
      match: matchesOf([parent]),
      mode: 'update',
      isOptional: true,
      eventTime: eventTimeOf(draft),
    });
}
