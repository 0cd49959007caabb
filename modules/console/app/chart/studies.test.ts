import type { Endpoint, ImagingStudy } from '@medplum/fhirtypes';
import { studyLines } from './studies.ts';

const viewer = (address: string, more: Partial<Endpoint> = {}): Endpoint => ({
  resourceType: 'Endpoint',
  id: 'viewer',
  status: 'active',
  connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'ihe-iid' },
  payloadType: [{ text: 'images' }],
  address,
  ...more,
});

const study: ImagingStudy = {
  resourceType: 'ImagingStudy',
  id: 's1',
  status: 'available',
  subject: { reference: 'Patient/p1' },
  identifier: [
    { system: 'https://clinic.example/accession', value: 'A1' },
    { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
  ],
  started: '2026-01-02T10:15:00+01:00',
  description: 'Chest',
  modality: [
    { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' },
    { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'SR' },
  ],
  numberOfSeries: 2,
  numberOfInstances: 1,
  endpoint: [{ reference: 'Endpoint/other' }, { reference: 'Endpoint/viewer' }],
};

test('a study says when, what, by what and how much, and leads to its viewer', () => {
  expect(studyLines([study], [viewer('https://images.example/viewer/')])).toEqual([
    {
      key: 's1',
      started: '2026-01-02T10:15:00+01:00',
      description: 'Chest',
      modalities: 'CT, SR',
      counts: '2 series, 1 image',
      viewer: 'https://images.example/viewer/?StudyInstanceUIDs=1.2.3',
    },
  ]);
});

test.each([
  ['there is none', []],
  ['it is out of use', [viewer('https://images.example/viewer/', { status: 'off' })]],
  ['it is no viewer', [viewer('https://images.example/', { connectionType: { code: 'dicom-wado-rs' } })]],
  ['its address is a program', [viewer('javascript:alert(1)')]],
  ['its address is none', [viewer('viewer')]],
  ['it is another one', [viewer('https://images.example/viewer/', { id: 'third' })]],
])('no link where %s', (_, endpoints) => {
  expect(studyLines([study], endpoints)).toMatchObject([{ viewer: undefined }]);
});

test('no link without a UID, and nothing is made up', () => {
  const bare: ImagingStudy = {
    resourceType: 'ImagingStudy',
    id: 's2',
    status: 'available',
    subject: { reference: 'Patient/p1' },
    procedureCode: [{ text: 'X-ray of the hand' }],
    endpoint: [{ reference: 'Endpoint/viewer' }],
  };
  expect(studyLines([bare], [viewer('https://images.example/viewer/')])).toEqual([
    { key: 's2', started: undefined, description: 'X-ray of the hand', modalities: '', counts: '', viewer: undefined },
  ]);
});
