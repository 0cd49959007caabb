import { LOINC } from '../canonical.ts';
import { livingWillCode } from '../codes/patient-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { matchOf } from '../datatypes/identifier.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { MappedPatient } from './patient.ts';

/** PD1-7: whether there is an advance directive, as an Observation of the patient that each message changes. */
export function livingWillEntry(draft: MappingDraft, pd1: SegmentReader, patient: MappedPatient): void {
  const value = pd1.value(7);
  const made = value === undefined ? undefined : concept(value, draft, { map: livingWillCode });
  if (made === undefined) return;
  const identifier = ownIdentity(draft, 'living-will', [patient.key]);
  const match = matchOf(identifier);
  draft.add(`${pd1.place}-7`, {
    resource: {
      resourceType: 'Observation',
      ...(identifier === undefined ? {} : { identifier: [identifier] }),
      status: 'final',
      code: { coding: [{ system: LOINC, code: '75320-2' }] },
      subject: patient.reference,
      valueCodeableConcept: made,
    },
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    eventTime: eventTimeOf(draft),
  });
}
