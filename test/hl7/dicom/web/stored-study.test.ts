import { eventually } from '../../../harness/eventually.ts';
import { openClinicWithGateway, type ClinicWithGateway } from '../harness/clinic-with-gateway.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';

jest.setTimeout(240_000);

describeImaging('the whole gateway with a PACS, and no sign-in', () => {
  let orthanc: TestOrthanc;
  let clinic: ClinicWithGateway;
  beforeAll(async () => {
    orthanc = await startOrthanc();
    clinic = await openClinicWithGateway({
      server: { AUTH: 'off' },
      gateway: {
        PACS_DICOMWEB: orthanc.dicomWeb,
        PACS_ORTHANC: orthanc.base,
        PACS_USER: orthanc.user,
        PACS_PASSWORD: orthanc.password,
      },
    });
  });
  afterAll(async () => {
    await clinic.close();
    await orthanc.close();
  });

  test('images that are stored through it become an available study, which is found and read through it', async () => {
    const { id } = await clinic.store({
      resourceType: 'Patient',
      identifier: [{ system: 'https://clinic.example/numbers', value: 'N-4711' }],
      name: [{ family: 'Byrne', given: ['Oona'] }],
      birthDate: '2003-04-27',
      gender: 'female',
    });
    const study = newUid();
    const image = { patientId: 'N-4711', patientName: 'Byrne^Oona', birthDate: '20030427', sex: 'F', studyUid: study };
    const body = Buffer.concat([
      Buffer.from('--x\r\nContent-Type: application/dicom\r\n\r\n'),
      sampleImage(image),
      Buffer.from('\r\n--x--\r\n'),
    ]);
    const stored = await fetch(`${clinic.http}/dicom-web/studies`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/related; type="application/dicom"; boundary=x' },
      body: new Uint8Array(body),
    });
    expect(stored.status).toBe(200);
    const found = await eventually(
      () => clinic.search(`ImagingStudy?identifier=urn:dicom:uid|urn:oid:${study}`),
      ([each]) => each?.status === 'available',
    );
    expect(found).toMatchObject([
      { status: 'available', subject: { reference: `Patient/${id}` }, numberOfInstances: 1 },
    ]);
    const metadata = await fetch(`${clinic.http}/dicom-web/studies/${study}/metadata`);
    expect([metadata.status, (await metadata.text()).includes('Byrne^Oona')]).toEqual([200, true]);
    const search = await fetch(`${clinic.http}/dicom-web/studies?PatientID=N-4711`);
    expect(await search.json()).toMatchObject([{ '0020000D': { Value: [study] } }]);
    expect((await fetch(`${clinic.http}/dicom-web/studies/${newUid()}`)).status).toBe(404);
  });
});
