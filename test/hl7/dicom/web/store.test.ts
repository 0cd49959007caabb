import { describeImaging } from '../harness/describe-imaging.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { openImageSite, type ImageSite, type WebAnswer } from './image-site.ts';

jest.setTimeout(180_000);

const TYPE = 'multipart/related; type="application/dicom"; boundary=of-the-test';

function multipart(...files: readonly Buffer[]): Buffer {
  const head = Buffer.from('--of-the-test\r\nContent-Type: application/dicom\r\n\r\n');
  const parts = files.flatMap((file) => [head, file, Buffer.from('\r\n')]);
  return Buffer.concat([...parts, Buffer.from('--of-the-test--\r\n')]);
}

describeImaging('images that are stored by DICOMweb', () => {
  let orthanc: TestOrthanc;
  let site: ImageSite;
  let physician = '';
  let patient = '';

  beforeAll(async () => {
    orthanc = await startOrthanc();
    site = await openImageSite(orthanc);
    physician = site.tokenOf('doc', { fhirUser: 'Practitioner/doc', roles: ['physician'] });
    patient = site.tokenOf('ann', { fhirUser: 'Patient/ann', roles: ['patient'] });
    site.letEverybodyBe({ roles: ['system'] });
    for (const id of ['ann', 'bob']) {
      const identifier = [{ system: 'https://clinic.example/numbers', value: `N-${id}` }];
      const { status } = await site.server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id, identifier });
      expect(status).toBe(201);
    }
  });
  afterAll(async () => {
    await site.close();
    await orthanc.close();
  });

  const post = (token: string, study: string | undefined, body: Buffer, type = TYPE): Promise<WebAnswer> =>
    site.post(study === undefined ? '/studies' : `/studies/${study}`, token, type, body);
  const stored = async (study: string): Promise<number> => {
    const found = await orthanc.send('POST', '/tools/find', { Level: 'Instance', Query: { StudyInstanceUID: study } });
    return (found.json() as readonly unknown[]).length;
  };

  test('a physician stores images of a patient: they are in the PACS, and a study is registered', async () => {
    const [study, series] = [newUid(), newUid()];
    const image = { patientId: 'N-ann', studyUid: study, seriesUid: series };
    const answer = await post(
      physician,
      undefined,
      multipart(sampleImage(image), sampleImage({ ...image, side: 600 })),
    );
    expect(answer.status).toBe(200);
    expect(answer.bytes.toString()).toContain(`${site.base}/studies/${study}`);
    expect(answer.bytes.toString()).not.toContain(new URL(orthanc.base).host);
    expect(await stored(study)).toBe(2);
    const { body } = await site.server.get(`ImagingStudy?identifier=urn:dicom:uid|urn:oid:${study}`);
    expect(body.entry?.map(({ resource }) => resource)).toMatchObject([
      { status: 'registered', subject: { reference: 'Patient/ann' } },
    ]);
    // Once more, of the same study.
    expect((await post(physician, study, multipart(sampleImage(image)))).status).toBe(200);
    expect(await stored(study)).toBe(3);
  });

  test('the order with its Study UID says whose images they are', async () => {
    const study = newUid();
    const order = {
      resourceType: 'ServiceRequest',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/bob' },
      identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${study}` }],
    };
    expect((await site.server.send('POST', 'ServiceRequest', order)).status).toBe(201);
    expect((await post(physician, study, multipart(sampleImage({ patientId: 'X', studyUid: study })))).status).toBe(
      200,
    );
    const { body } = await site.server.get(`ImagingStudy?identifier=urn:dicom:uid|urn:oid:${study}`);
    expect(body.entry?.[0]?.resource).toMatchObject({ subject: { reference: 'Patient/bob' } });
  });

  test('refused is what may not be written, is of nobody here, or cannot be asked', async () => {
    const study = newUid();
    const file = sampleImage({ patientId: 'N-ann', studyUid: study });
    const unknown = sampleImage({ patientId: 'N-nobody', studyUid: study });
    expect((await post(patient, undefined, multipart(file))).status).toBe(403);
    expect((await post(physician, undefined, multipart(unknown))).status).toBe(403);
    expect((await post('token-that-nobody-knows', undefined, multipart(file))).status).toBe(401);
    expect(await stored(study)).toBe(0);
  });

  test('a study that is kept, and not seen, takes nothing', async () => {
    const study = newUid();
    await site.keep('hidden', study, 'bob');
    await site.keep('hidden', study, 'bob', 'unknown');
    const file = sampleImage({ patientId: 'N-ann', studyUid: study });
    expect((await post(physician, study, multipart(file))).status).toBe(403);
    expect(await stored(study)).toBe(0);
  });

  test('all files are of one study and patient', async () => {
    const [one, other] = [newUid(), newUid()];
    const file = sampleImage({ patientId: 'N-ann', studyUid: one });
    const foreign = sampleImage({ patientId: 'N-ann', studyUid: other, side: 900 });
    const ofBob = sampleImage({ patientId: 'N-bob', studyUid: one });
    expect((await post(physician, other, multipart(file))).status).toBe(409);
    expect((await post(physician, undefined, multipart(file, foreign))).status).toBe(409);
    expect((await post(physician, undefined, multipart(file, ofBob))).status).toBe(409);
    expect(await stored(other)).toBe(0);
  });

  test.each([
    ['no multipart', 'application/dicom', Buffer.from('x'), 415],
    ['of other parts', 'multipart/related; type="text/html"; boundary=of-the-test', multipart(Buffer.from('x')), 415],
    ['empty', TYPE, Buffer.from('--of-the-test--\r\n'), 400],
    ['cut', TYPE, multipart(sampleImage({ patientId: 'N-ann' })).subarray(0, 900), 400],
    ['no DICOM', TYPE, multipart(Buffer.from('<html>'.repeat(100))), 400],
    ['rubbish', TYPE, Buffer.alloc(100_000, 7), 400],
  ])('%s is refused', async (_, type, body, status) => {
    const answer = await post(physician, undefined, body, type);
    expect({ status: answer.status, body: (answer.json() as { resourceType: string }).resourceType }).toEqual({
      status,
      body: 'OperationOutcome',
    });
  });
});
