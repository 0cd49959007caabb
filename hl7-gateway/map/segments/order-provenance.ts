import type { JsonObject } from '../../../server/kernel/json.ts';
import { address } from '../datatypes/address.ts';
import { concept } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { instant } from '../datatypes/date-time.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { orderingFacility } from './ordering-facility.ts';
import { isDecidedEnd } from './order-status.ts';

const PARTICIPANTS = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const OPERATIONS = 'http://terminology.hl7.org/CodeSystem/v3-DataOperation';

/** Who entered, verified, ordered, and took the action. */
const AGENTS = [
  [10, 'enterer'],
  [11, 'verifier'],
  [12, 'author'],
  [19, 'performer'],
] as const;

export interface ProvenanceSource {
  /** Where ORC-9 does not say it. */
  readonly recordedAt: string;
  /** Others who took part. */
  readonly agents: readonly JsonObject[];
}

/**
 * Who did what to an order: one Provenance an ORC that names somebody.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-orc-to-provenance.html
 * @param target reference to the order
 */
export function orderProvenance(
  draft: MappingDraft,
  place: string,
  orc: SegmentReader,
  target: JsonObject,
  { recordedAt, agents }: ProvenanceSource,
): void {
  const resource: JsonObject & { resourceType: string } = { resourceType: 'Provenance', target: [target] };
  for (const [field, role] of AGENTS) {
    for (const value of orc.values(field)) appendAgent(resource, role, practitionerReference(value, draft));
  }
  const device = orc.value(18);
  appendAgent(resource, 'assembler', device && deviceOf(device, draft));
  for (const agent of agents) append(resource, 'agent', agent);
  const organization = onBehalf(draft, orc);
  if (resource.agent === undefined) appendAgent(resource, 'author', organization);
  const [agent] = (resource.agent ?? []) as JsonObject[];
  if (agent === undefined) return;
  if (organization !== undefined && agent.who !== organization) agent.onBehalfOf = organization;
  putPlace(resource, orc, draft);
  const activity = activityOf(orc.text(1));
  if (activity !== undefined) resource.activity = { coding: [{ system: OPERATIONS, code: activity }] };
  const time = orc.value(9);
  const recorded = time && instant(time, draft);
  resource.recorded = recorded ?? recordedAt;
  if (recorded !== undefined) resource.occurredDateTime = recorded;
  draft.add(`${orc.place} ${place}`, { resource, match: [], mode: 'create' });
}

function appendAgent(resource: JsonObject, role: string, who: JsonObject | undefined): void {
  if (who !== undefined) append(resource, 'agent', { type: { coding: [{ system: PARTICIPANTS, code: role }] }, who });
}

/** ORC-17 and ORC-21: for whom they acted. */
function onBehalf(draft: MappingDraft, orc: SegmentReader): JsonObject | undefined {
  const department = orc.value(17);
  const facility = orc.value(21);
  return (department && departmentOf(department, draft)) ?? (facility && orderingFacility(draft, orc, facility));
}

/** ORC-22 and ORC-23 without the facility that they are of (ORC-21): where it was. */
function putPlace(resource: JsonObject, orc: SegmentReader, draft: MappingDraft): void {
  const postal = orc.value(22);
  if (orc.has(21) || postal === undefined) return;
  const numbers = orc.values(23).map((value) => contactPoint(value, draft, 'work'));
  const telecom = numbers.filter((each) => each !== undefined);
  const place = filled({ address: address(postal, draft), telecom: telecom.length === 0 ? undefined : telecom });
  if (place?.address === undefined) return;
  resource.contained = [{ resourceType: 'Location', id: 'place', ...place }];
  resource.location = { reference: '#place' };
}

/** A department is a code, not an organization with a number. */
function departmentOf(value: Value, draft: MappingDraft): JsonObject | undefined {
  return logical('Organization', concept(value, draft));
}

function deviceOf(value: Value, draft: MappingDraft): JsonObject | undefined {
  return logical('Device', concept(value, draft));
}

/** A reference by a code and a text. */
function logical(type: string, made: JsonObject | undefined): JsonObject | undefined {
  if (made === undefined) return undefined;
  const [coding] = Array.isArray(made.coding) ? (made.coding as JsonObject[]) : [];
  const text = made.text ?? coding?.display;
  return {
    type,
    ...(coding?.code === undefined
      ? {}
      : { identifier: { ...(coding.system === undefined ? {} : { system: coding.system }), value: coding.code } }),
    ...(text === undefined ? {} : { display: text }),
  };
}

function activityOf(control: string): string | undefined {
  if (control === 'NW' || control === 'RO') return 'CREATE';
  if (isDecidedEnd(control)) return 'CANCEL';
  return control === '' ? undefined : 'UPDATE';
}
