import type { Body } from '../../../flows/fhir-server.ts';
import { eventually, until } from '../../../harness/eventually.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { openPacsClinic, patient, type PacsClinic } from './pacs-clinic.ts';

interface OrthancStudy {
  readonly ID: string;
  readonly PatientMainDicomTags: Readonly<Record<string, string>>;
}

describeImaging('what a patient is called and numbered is said to the PACS', () => {
  let clinic: PacsClinic;
  beforeAll(async () => {
    clinic = await openPacsClinic();
  });
  afterAll(() => clinic.close());

  const said = { patientName: 'Müller^Anna', birthDate: '19800203', sex: 'F', issuer: '1.2.3' };

  async function inPacs(uid: string): Promise<readonly OrthancStudy[]> {
    const answer = await clinic.orthanc.send('POST', '/tools/find', {
      Level: 'Study',
      Expand: true,
      Query: { StudyInstanceUID: uid },
    });
    return answer.json() as readonly OrthancStudy[];
  }

  async function pixels(uid: string): Promise<readonly string[]> {
    const [study] = await inPacs(uid);
    const found = (await clinic.orthanc.send('GET', `/studies/${study?.ID}/instances`)).json();
    const hashes: string[] = [];
    for (const { ID } of found as readonly { readonly ID: string }[]) {
      const { bytes } = await clinic.orthanc.send('GET', `/instances/${ID}/frames/0/raw`);
      hashes.push(bytes.toString('base64'));
    }
    return hashes.sort();
  }

  /** Two series of a patient whose record is there. */
  async function imagesOf(number: string): Promise<{ readonly record: Body; readonly studyUid: string }> {
    const record = await clinic.create(patient(number));
    const studyUid = newUid();
    const image = { ...said, patientId: number, studyUid };
    await clinic.orthanc.upload(sampleImage(image), sampleImage({ ...image, side: 32 }));
    await until(async () => (await clinic.studies(studyUid)).length > 0);
    return { record, studyUid };
  }

  test('a merge moves the studies, with all their images and UIDs, to the number that stays', async () => {
    const { record, studyUid } = await imagesOf('M-1');
    const stays = await clinic.create(patient('M-2', { name: [{ family: 'Meier', given: ['Anna'] }] }));
    const other = await imagesOf('M-3');
    const before = await pixels(studyUid);
    const { status, text } = await clinic.send('POST', 'Patient/$merge', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'source-patient', valueReference: { reference: `Patient/${record.id}` } },
        { name: 'target-patient', valueReference: { reference: `Patient/${stays.id}` } },
      ],
    });
    expect([status, text]).toEqual([200, expect.anything()]);
    const moved = await eventually(
      () => inPacs(studyUid),
      (studies) => studies.every(({ PatientMainDicomTags: { PatientID } }) => PatientID === 'M-2'),
    );
    expect(moved).toMatchObject([{ PatientMainDicomTags: { PatientID: 'M-2', PatientName: 'Meier^Anna' } }]);
    expect(await pixels(studyUid)).toEqual(before);
    expect(await inPacs(other.studyUid)).toMatchObject([{ PatientMainDicomTags: { PatientID: 'M-3' } }]);
    await until(async () => {
      const [study] = await clinic.studies(studyUid);
      return study?.status === 'available' && study.numberOfInstances === 2;
    });
    expect(await clinic.studies(studyUid)).toMatchObject([
      { subject: { reference: `Patient/${stays.id}` }, numberOfSeries: 2, numberOfInstances: 2 },
    ]);
    await until(async () => {
      const isOver = 'select wanted = done as "isOver" from pacs_study where uid = $1';
      const [row] = await clinic.opened.store.query<{ isOver: boolean }>({ text: isOver, values: [studyUid] });
      return row?.isOver === true;
    });
    const apart = await clinic.send('POST', `Patient/${record.id}/$unmerge`, { resourceType: 'Parameters' });
    expect(apart.status).toBe(200);
    expect(
      await eventually(
        () => inPacs(studyUid),
        (studies) => studies.every(({ PatientMainDicomTags: { PatientID } }) => PatientID === 'M-1'),
      ),
    ).toMatchObject([{ PatientMainDicomTags: { PatientID: 'M-1', PatientName: 'Müller^Anna' } }]);
    expect(await pixels(studyUid)).toEqual(before);
    await until(async () => (await clinic.studies(studyUid))[0]?.status === 'available');
    expect(await clinic.studies(studyUid)).toMatchObject([{ subject: { reference: `Patient/${record.id}` } }]);
  });

  test('a corrected name and birth date are said by all images, under the same number', async () => {
    const { record, studyUid } = await imagesOf('N-1');
    const before = await pixels(studyUid);
    const corrected = { ...record, name: [{ family: 'Łukasz', given: ['Anna', 'Ω'] }], birthDate: '1980-02-04' };
    expect((await clinic.send('PUT', `Patient/${record.id}`, corrected)).status).toBe(200);
    const found = await eventually(
      () => inPacs(studyUid),
      ([study, ...others]) => study?.PatientMainDicomTags.PatientName === 'Łukasz^Anna^Ω' && others.length === 0,
    );
    expect(found).toMatchObject([
      { PatientMainDicomTags: { PatientID: 'N-1', PatientName: 'Łukasz^Anna^Ω', PatientBirthDate: '19800204' } },
    ]);
    expect(await pixels(studyUid)).toEqual(before);
  });

  test('a correction that was cut short is carried out to its end', async () => {
    const record = await clinic.create(patient('C-1'));
    const studyUid = newUid();
    const seriesUid = newUid();
    const images = [newUid(), newUid(), newUid()].map((sopUid) => ({
      ...said,
      patientId: 'C-1',
      studyUid,
      seriesUid,
      sopUid,
    }));
    const instances = await clinic.orthanc.upload(...images.map((each) => sampleImage(each)));
    await until(async () => (await clinic.studies(studyUid))[0]?.numberOfInstances === 3);
    await clinic.stop();
    // One is on its way with its original gone, of another one the original is still there.
    const moving = images
      .slice(1)
      .map((each) => sampleImage({ ...each, patientId: 'C-1#moving', patientName: 'Neu^Anna' }));
    await clinic.orthanc.upload(...moving);
    await clinic.orthanc.send('DELETE', `/instances/${instances[1]}`);
    const isCorrecting = 'update pacs_study set is_correcting = true where uid = $1';
    await clinic.opened.store.query({ text: isCorrecting, values: [studyUid] });
    const corrected = { ...record, name: [{ family: 'Neu', given: ['Anna'] }] };
    expect((await clinic.send('PUT', `Patient/${record.id}`, corrected)).status).toBe(200);
    await clinic.restart();
    const found = await eventually(
      () => inPacs(studyUid),
      ([study, ...others]) => study?.PatientMainDicomTags.PatientName === 'Neu^Anna' && others.length === 0,
    );
    expect(found).toMatchObject([{ PatientMainDicomTags: { PatientID: 'C-1', PatientName: 'Neu^Anna' } }]);
    expect(await pixels(studyUid)).toHaveLength(3);
    await until(async () => (await clinic.studies(studyUid))[0]?.numberOfInstances === 3);
    expect(await clinic.search('Task?code=https://athanor.health/fhir/CodeSystem/hl7-task|study-patient')).toEqual([]);
  });
});
