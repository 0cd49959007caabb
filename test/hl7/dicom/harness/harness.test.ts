import { echoscu, storescu } from './dcmtk.ts';
import { describeImaging } from './describe-imaging.ts';
import { startOrthanc, type TestOrthanc } from './orthanc.ts';
import { newUid, sampleImage } from './sample-image.ts';

jest.setTimeout(180_000);

describeImaging('the PACS of tests', () => {
  let orthanc: TestOrthanc;
  beforeAll(async () => {
    orthanc = await startOrthanc();
  });
  afterAll(() => orthanc.close());

  const peer = (): { port: number; called: string; calling: string } => ({
    port: orthanc.dicomPort,
    called: orthanc.aeTitle,
    calling: 'MODALITY1',
  });
  const studies = async (query: string): Promise<unknown> => {
    const answer = await orthanc.send('GET', `/dicom-web/studies?${query}`, undefined, 'application/dicom+json');
    return answer.json();
  };

  test('takes our images by C-STORE and over REST, and finds them by DICOMweb', async () => {
    const studyUid = newUid();
    const image = { patientId: 'P-1', patientName: 'Müller^Anna=山田^太郎', accession: 'ACC1', studyUid };
    expect(await echoscu(peer())).toMatchObject({ code: 0 });
    expect(await storescu(peer(), [sampleImage(image), sampleImage(image)])).toMatchObject({ code: 0 });
    expect(await orthanc.upload(sampleImage(image))).toHaveLength(1);
    expect(await studies('AccessionNumber=ACC1&includefield=00201208')).toMatchObject([
      {
        '0020000D': { Value: [studyUid] },
        '00100010': { Value: [{ Alphabetic: 'Müller^Anna', Ideographic: '山田^太郎' }] },
        '00201208': { Value: [3] },
      },
    ]);
  });

  test('renders their pixels, and keeps them when it is killed', async () => {
    const [id = ''] = await orthanc.upload(sampleImage({ patientId: 'P-2', accession: 'ACC2' }));
    await orthanc.kill();
    await orthanc.start();
    const { status, bytes } = await orthanc.send('GET', `/instances/${id}/preview`);
    expect({ status, kind: bytes.toString('latin1', 1, 4) }).toEqual({ status: 200, kind: 'PNG' });
    expect(await studies('PatientID=P-2')).toHaveLength(1);
  });
});
