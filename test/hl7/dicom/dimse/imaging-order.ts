const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';

const MRN = 'https://clinic.example/mrn';

/** A patient with a number of the clinic, and one of somebody else. */
export function patient(id: string, name: object, number: string) {
  return {
    resourceType: 'Patient',
    id,
    name: [{ use: 'official', ...name }],
    gender: 'female',
    birthDate: '1974-05-06',
    identifier: [
      {
        type: { coding: [{ system: TYPES, code: 'MR' }] },
        system: MRN,
        value: number,
        assigner: { display: 'CLINIC' },
      },
      { system: 'urn:oid:1.2.3.4', value: `N${number}` },
    ],
  };
}

/** An active order of a CT of the chest, or what `change` makes of it. */
export function imagingOrder(subject: string, change: object = {}) {
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    subject: { reference: `Patient/${subject}` },
    category: [{ coding: [{ system: 'http://snomed.info/sct', code: '363679005' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '24627-2', display: 'CT Chest' }], text: 'CT of the chest' },
    orderDetail: [modality('CT')],
    authoredOn: '2026-11-20T08:00:00Z',
    ...change,
  };
}

export function modality(code: string): object {
  return { coding: [{ system: DCM, code }] };
}

/** Values of a resource's identifiers: accession, and study UID without `urn:oid:`. */
export function numbersOf(order: { readonly [element: string]: unknown }): {
  readonly accession: string;
  readonly studyUid: string;
} {
  const identifiers = order.identifier as readonly { readonly system: string; readonly value: string }[];
  const valueOf = (system: string): string => identifiers.find((each) => each.system === system)?.value ?? '';
  return {
    accession: valueOf('https://athanor.health/fhir/identifier/accession'),
    studyUid: valueOf('urn:dicom:uid').replace('urn:oid:', ''),
  };
}
