import type { Body } from '../../../flows/fhir-server.ts';
import { eventually } from '../../../harness/eventually.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { imagingOrder, openPacsClinic, patient, type PacsClinic } from './pacs-clinic.ts';

const ANNA = { patientName: 'Müller^Anna', birthDate: '19800203', sex: 'F', issuer: '1.2.3' };

describeImaging('studies of a PACS become ImagingStudies', () => {
  let clinic: PacsClinic;
  let anna: Body;
  beforeAll(async () => {
    clinic = await openPacsClinic();
    anna = await clinic.create(patient('P-1'));
  });
  afterAll(() => clinic.close());

  function study(uid: string, isDone: (found: readonly Body[]) => boolean): Promise<readonly Body[]> {
    return eventually(() => clinic.studies(uid), isDone);
  }

  test('images of an order are based on it, under its accession number, and late ones are counted', async () => {
    const [studyUid, seriesUid] = [newUid(), newUid()];
    const order = await clinic.create(imagingOrder(anna.id ?? '', 'A1', studyUid));
    const image = { ...ANNA, patientId: 'P-1', accession: 'A1', studyUid, seriesUid, modality: 'DX' };
    await clinic.orthanc.upload(
      sampleImage({
        ...image,
        studyDescription: 'Chest PA',
        studyDate: '20261126',
        studyTime: '071500',
        seriesNumber: 3,
        more: [
          { tag: 0x00180015, vr: 'CS', value: 'CHEST' },
          { tag: 0x00200060, vr: 'CS', value: 'L' },
        ],
      }),
    );
    const [first] = await study(studyUid, (found) => found.length > 0);
    expect(first).toMatchObject({
      status: 'available',
      subject: { reference: `Patient/${anna.id}` },
      basedOn: [{ reference: `ServiceRequest/${order.id}` }],
      started: '2026-11-26T07:15:00+01:00',
      modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'DX' }],
      numberOfSeries: 1,
      numberOfInstances: 1,
      description: 'Chest PA',
      endpoint: [{ reference: 'Endpoint/athanor-dicom-web' }, { reference: 'Endpoint/athanor-image-viewer' }],
      series: [{ uid: seriesUid, number: 3, numberOfInstances: 1, bodySite: { display: 'CHEST' } }],
    });
    expect(first?.identifier).toContainEqual(
      expect.objectContaining({ system: 'https://athanor.health/fhir/identifier/accession', value: 'A1' }),
    );
    await clinic.orthanc.upload(
      sampleImage({ ...image, instanceNumber: 2 }),
      sampleImage({ ...image, seriesUid: newUid() }),
    );
    const [late, ...others] = await study(studyUid, ([found]) => found?.numberOfInstances === 3);
    expect(others).toEqual([]);
    expect(late).toMatchObject({ id: first?.id, numberOfSeries: 2, numberOfInstances: 3 });
    expect(await clinic.pacs().keptStudies([studyUid, newUid()])).toEqual(new Map([[studyUid, first?.id]]));
  });

  test('a study that the PACS deletes is cancelled, and available when it comes back', async () => {
    const studyUid = newUid();
    const file = sampleImage({
      ...ANNA,
      patientId: 'P-1',
      studyUid,
      studyDate: new Date().toISOString().slice(0, 10).replaceAll('-', ''),
    });
    const [instance] = await clinic.orthanc.upload(file);
    const [first] = await study(studyUid, (found) => found.length > 0);
    expect(first).toMatchObject({ status: 'available', subject: { reference: `Patient/${anna.id}` } });
    expect(first).not.toHaveProperty('basedOn');
    await clinic.orthanc.send('DELETE', `/instances/${instance}`);
    expect(await study(studyUid, ([found]) => found?.status === 'cancelled')).toMatchObject([
      { id: first?.id, status: 'cancelled' },
    ]);
    expect(await clinic.pacs().keptStudies([studyUid])).toEqual(new Map());
    await clinic.orthanc.upload(file);
    expect(await study(studyUid, ([found]) => found?.status === 'available')).toMatchObject([
      { id: first?.id, status: 'available' },
    ]);
  });
});
