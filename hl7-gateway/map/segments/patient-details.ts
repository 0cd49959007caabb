import { coreExtension } from '../canonical.ts';
import { concept } from '../datatypes/concept.ts';
import { organizationReference } from '../datatypes/organization.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, putFieldExtension, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** PD1: who cares for the patient, handicap, place of worship. */
export function putPatientDetails(patient: Elements, pd1: SegmentReader, draft: MappingDraft): void {
  const { resource } = patient;
  for (const value of pd1.values(3)) {
    const facility = organizationReference(value, draft);
    if (facility !== undefined) append(resource, 'generalPractitioner', facility);
  }
  for (const value of pd1.values(4)) {
    const physician = practitionerReference(value, draft);
    if (physician !== undefined) append(resource, 'generalPractitioner', physician);
  }
  if ((pd1.isNull(3) || pd1.isNull(4)) && resource.generalPractitioner === undefined)
    patient.clears.push('generalPractitioner');
  putFieldExtension(patient, coreExtension('patient-disability'), 'valueCodeableConcept', pd1, 6, (value) =>
    concept(value, draft, { table: 'HL70295' }),
  );
  putFieldExtension(patient, coreExtension('patient-congregation'), 'valueString', pd1, 14, organizationName);
}

function organizationName(value: Value): string | undefined {
  const name = value.text(1) || value.text(10);
  return name === '' ? undefined : name;
}
