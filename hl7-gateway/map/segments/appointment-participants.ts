import type { JsonObject } from '../../../server/kernel/json.ts';
import { concept } from '../datatypes/concept.ts';
import { ownSystem } from '../datatypes/identifier.ts';
import { locationReference } from '../datatypes/location.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { filled } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { resourceSpan, type Span, type TimeFields } from './appointment-times.ts';

/** What FHIR wants to know of each, and HL7 says of the whole: https://hl7.org/fhir/R4/valueset-participationstatus.html */
export type Acceptance = 'accepted' | 'declined' | 'tentative' | 'needs-action';

interface ResourceFields extends TimeFields {
  readonly who: number;
  readonly role?: number;
  /** Filler status code of this resource. */
  readonly status: number;
  readonly reference: (value: Value, draft: MappingDraft) => JsonObject | undefined;
}

const RESOURCES: Readonly<Record<string, ResourceFields | undefined>> = {
  AIG: { who: 3, role: 4, start: 8, offset: 9, duration: 11, status: 14, reference: deviceReference },
  AIL: {
    who: 3,
    role: 4,
    start: 6,
    offset: 7,
    duration: 9,
    status: 12,
    reference: (value, draft) => locationReference(value, draft),
  },
  AIP: {
    who: 3,
    role: 4,
    start: 6,
    offset: 7,
    duration: 9,
    status: 12,
    reference: (value, draft) => practitionerReference(value, draft),
  },
};

/** AIG (equipment), AIL (places) and AIP (people) as participants; action D takes one away. */
export function resourceParticipants(
  draft: MappingDraft,
  segment: SegmentReader,
  whole: Span,
  acceptance: Acceptance,
): readonly JsonObject[] {
  const fields = RESOURCES[segment.name];
  const isGone = segment.text(2).toUpperCase() === 'D';
  segment.skip(1, 2);
  if (fields === undefined || isGone) return [];
  const role = fields.role === undefined ? undefined : segment.value(fields.role);
  const type = role === undefined ? undefined : concept(role, draft);
  const period = filled({ ...resourceSpan(draft, segment, fields, whole) });
  const status = ownAcceptance(segment.text(fields.status)) ?? acceptance;
  return segment.values(fields.who).flatMap((value) => {
    const actor = fields.reference(value, draft);
    return actor === undefined
      ? []
      : [{ ...filled({ type: type === undefined ? undefined : [type], actor, period }), status }];
  });
}

/** SCH-12, 16 and 20: who asked, who answers, who typed. */
export function contactParticipants(
  draft: MappingDraft,
  sch: SegmentReader,
  acceptance: Acceptance,
): readonly JsonObject[] {
  return CONTACTS.flatMap(([field, type]) =>
    sch.values(field).flatMap((value) => {
      const actor = practitionerReference(value, draft);
      return actor === undefined ? [] : [{ type: [type], actor, status: acceptance }];
    }),
  );
}

const CONTACTS: readonly (readonly [number, JsonObject])[] = [
  [12, { text: 'placer contact' }],
  [16, { text: 'filler contact' }],
  [20, { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'enterer' }] }],
];

/** Table 0278 of one resource. */
function ownAcceptance(status: string): Acceptance | undefined {
  switch (status.toLowerCase()) {
    case 'booked':
    case 'started':
    case 'complete':
      return 'accepted';
    case 'pending':
    case 'waitlist':
      return 'needs-action';
    case 'tentative':
      return 'tentative';
    case 'cancelled':
    case 'deleted':
    case 'dc':
    case 'discontinued':
      return 'declined';
    default:
      return undefined;
  }
}

/** Equipment by the sender's number: it is named, not made. */
function deviceReference(value: Value, draft: MappingDraft): JsonObject | undefined {
  const id = value.text(1);
  const display = value.text(2) || value.text(5);
  const system = value.text(3);
  if (id === '') return filled({ type: display === '' ? '' : 'Device', display });
  const identifier = {
    system: system === '' ? ownSystem(draft, 'device') : draft.context.systems.ofCodingSystem(system, ''),
    value: id,
  };
  return { type: 'Device', identifier, ...(display === '' ? {} : { display }) };
}
