import { ownExtension } from '../canonical.ts';
import { eventReason } from '../codes/visit-codes.ts';
import { coding, concept } from '../datatypes/concept.ts';
import { dateTime, instant } from '../datatypes/date-time.ts';
import { ownSystem } from '../datatypes/identifier.ts';
import { authorityReference, organizationReference } from '../datatypes/organization.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, filled, putAll, type Elements } from '../elements.ts';
import type { MappedResource } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { messageHeader } from './message-header.ts';
import { softwareDevices } from './software.ts';

const PARTICIPANTS = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';

/** Where what a message says comes from: MSH, EVN and SFT as one Provenance, the header contained in it. */
export function provenanceOf(draft: MappingDraft, targets: readonly string[]): MappedResource {
  const provenance = elementsOf('Provenance');
  const { resource } = provenance;
  const [msh] = draft.all('MSH');
  const evn = draft.first('EVN');
  resource.target = targets.map((reference) => ({ reference }));
  // The header before the rest: EVN says more exactly what both say.
  if (msh !== undefined) putHeader(provenance, msh, draft);
  resource.recorded = recordedAt(msh, evn, draft);
  if (evn !== undefined) putEvent(provenance, evn, draft);
  const sent = msh?.value(7);
  const sentAt = sent === undefined ? undefined : dateTime(sent, draft);
  if (resource.occurredDateTime === undefined && sentAt !== undefined) resource.occurredDateTime = sentAt;
  if (resource.agent === undefined) resource.agent = [{ who: { display: draft.context.partner } }];
  const software = softwareDevices(draft);
  resource.contained = [messageHeader(draft), ...software];
  resource.entity = [
    {
      role: 'source',
      what: {
        reference: '#message',
        identifier: { system: ownSystem(draft, 'message'), value: draft.message.controlId || '-' },
      },
    },
    ...software.map(({ id }) => ({ role: 'source', what: { reference: `#${String(id)}` } })),
  ];
  return resource;
}

function putHeader({ resource }: Elements, msh: SegmentReader, draft: MappingDraft): void {
  // Sequence, continuation, acknowledgement, character set and profile are of the transport.
  msh.skip(10, 12, 13, 14, 15, 16, 18, 20, 21);
  resource.activity = { text: draft.message.event };
  const responsible = msh.value(22);
  const facility = msh.value(4);
  const who =
    (responsible === undefined ? undefined : organizationReference(responsible, draft)) ??
    (facility === undefined ? undefined : authorityReference(facility, draft));
  if (who !== undefined)
    append(resource, 'agent', { type: { coding: [{ system: PARTICIPANTS, code: 'author' }] }, who });
  const security = [msh.value(26), ...msh.values(27)].map((value) =>
    value === undefined ? undefined : coding(value, draft),
  );
  const note = msh.text(8);
  const labels = [...security.filter((each) => each !== undefined), ...(note === '' ? [] : [{ display: note }])];
  const processing = msh.text(11);
  const meta = filled({
    security: labels.length === 0 ? undefined : labels,
    tag:
      processing === '' ? undefined : [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0103', code: processing }],
  });
  if (meta !== undefined) resource.meta = meta;
}

/** FHIR wants an instant: EVN-2, else MSH-7, else when it was received. */
function recordedAt(msh: SegmentReader | undefined, evn: SegmentReader | undefined, draft: MappingDraft): string {
  const sent = [evn?.value(2), msh?.value(7)].map((value) => (value === undefined ? undefined : instant(value, draft)));
  return sent.find((each) => each !== undefined) ?? draft.context.receivedAt;
}

/** EVN-1 repeats MSH-9. */
function putEvent(provenance: Elements, evn: SegmentReader, draft: MappingDraft): void {
  const { resource } = provenance;
  evn.skip(1);
  putAll(provenance, 'reason', evn, 4, (value) => concept(value, draft, { map: eventReason }));
  for (const value of evn.values(5)) {
    const who = practitionerReference(value, draft);
    if (who !== undefined)
      append(resource, 'agent', { type: { coding: [{ system: PARTICIPANTS, code: 'enterer' }] }, who });
  }
  const occurred = evn.value(6);
  const at = occurred === undefined ? undefined : dateTime(occurred, draft);
  if (at !== undefined) resource.occurredDateTime = at;
  const planned = evn.value(3);
  const plannedAt = planned === undefined ? undefined : dateTime(planned, draft);
  if (plannedAt !== undefined)
    append(resource, 'extension', { url: ownExtension('hl7-planned-for'), valueDateTime: plannedAt });
  const facility = evn.value(7);
  const display = facility === undefined ? undefined : plainText(facility.part(1));
  if (display !== undefined) resource.location = { display };
}
