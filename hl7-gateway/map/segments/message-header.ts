import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension, ownExtension } from '../canonical.ts';
import { isKnownTarget } from '../codes/coding-systems.ts';
import { authorityReference, organizationReference } from '../datatypes/organization.ts';
import { languageTag } from '../datatypes/language.ts';
import { assignerSystem } from '../datatypes/identifier.ts';
import { filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

const EVENTS = 'http://terminology.hl7.org/CodeSystem/v2-0003';

/** MSH and the first SFT as a MessageHeader with the id `message`, to be contained. https://hl7.org/fhir/R4/messageheader.html */
export function messageHeader(draft: MappingDraft): JsonObject {
  const [msh] = draft.all('MSH');
  const header: JsonObject = { resourceType: 'MessageHeader', id: 'message' };
  if (msh === undefined) return header;
  const trigger = msh.value(9);
  const [type = '', event = ''] = [trigger?.text(1), trigger?.text(2)];
  trigger?.text(3);
  header.eventCoding = {
    ...(isKnownTarget(EVENTS, event) ? { system: EVENTS, code: event } : {}),
    display: draft.message.event || type,
  };
  header.source = sourceOf(draft, msh);
  const destination = destinationOf(draft, msh);
  if (destination !== undefined) header.destination = [destination];
  const sender = msh.value(4);
  const sent = sender === undefined ? undefined : authorityReference(sender, draft);
  if (sent !== undefined) header.sender = sent;
  const country = msh.text(17);
  if (country !== '') header.extension = [{ url: ownExtension('hl7-sender-country'), valueString: country }];
  const responsible = msh.value(22);
  const answerable = responsible === undefined ? undefined : organizationReference(responsible, draft);
  if (answerable !== undefined) header.responsible = answerable;
  const language = languageTag(msh.text(19));
  if (language !== undefined) header.language = language;
  return header;
}

/** MSH-3 and 24. */
function sourceOf(draft: MappingDraft, msh: SegmentReader): JsonObject {
  const application = msh.value(3);
  const network = msh.value(24);
  return {
    ...filled({
      name: application?.text(1) ?? '',
    }),
    ...endpointOf(network ?? application, draft),
  };
}

function destinationOf(draft: MappingDraft, msh: SegmentReader): JsonObject | undefined {
  const application = msh.value(5);
  const network = msh.value(25);
  const facility = msh.value(6);
  const answerable = msh.value(23);
  if ([application, network, facility, answerable].every((each) => each === undefined)) return undefined;
  const receiver =
    (answerable === undefined ? undefined : organizationReference(answerable, draft)) ??
    (facility === undefined ? undefined : authorityReference(facility, draft));
  return {
    ...filled({ name: application?.text(1) ?? '', receiver }),
    ...endpointOf(network ?? application, draft),
  };
}

/** An endpoint must be there; that of somebody who names none is not known. */
function endpointOf(value: Value | undefined, draft: MappingDraft): JsonObject {
  const endpoint = value === undefined ? undefined : assignerSystem(value, draft);
  if (endpoint !== undefined) return { endpoint };
  return { _endpoint: { extension: [{ url: coreExtension('data-absent-reason'), valueCode: 'unknown' }] } };
}
