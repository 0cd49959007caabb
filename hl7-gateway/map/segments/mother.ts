import { identifierOfCx } from '../datatypes/identifier.ts';
import { putAll, elementsOf } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { MappedPatient } from './patient.ts';
import { relatedIdentity } from './related-identity.ts';

const ROLES = 'http://terminology.hl7.org/CodeSystem/v3-RoleCode';

/** PID-21: the mother by her number, where it is told who gave it. */
export function motherEntry(draft: MappingDraft, pid: SegmentReader, patient: MappedPatient): void {
  const mother = elementsOf('RelatedPerson');
  putAll(mother, 'identifier', pid, 21, (value) => identifierOfCx(value, draft));
  const identity = relatedIdentity(draft, patient, mother.resource.identifier);
  if (identity === undefined) return;
  draft.add(`${pid.place}-21`, {
    resource: {
      ...mother.resource,
      identifier: identity.identifier,
      patient: patient.reference,
      relationship: [{ coding: [{ system: ROLES, code: 'MTH' }] }],
    },
    match: identity.match,
    mode: 'upsert',
    eventTime: eventTimeOf(draft),
  });
}
