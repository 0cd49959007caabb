import { eventually, until } from '../../../harness/eventually.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { openPacsClinic, patient, type PacsClinic } from './pacs-clinic.ts';

const TASKS = 'Task?code=https://athanor.health/fhir/CodeSystem/hl7-task|pacs-not-corrected';

describeImaging('what the PACS does not take', () => {
  let clinic: PacsClinic;
  beforeAll(async () => {
    clinic = await openPacsClinic();
  });
  afterAll(() => clinic.close());

  test('is seen by a person, and carried out when it answers', async () => {
    const record = await clinic.create(patient('F-1'));
    const studyUid = newUid();
    await clinic.orthanc.upload(
      sampleImage({ patientId: 'F-1', issuer: '1.2.3', patientName: 'Müller^Anna', birthDate: '19800203', studyUid }),
    );
    await until(async () => (await clinic.studies(studyUid)).length > 0);
    await clinic.orthanc.kill();
    const renamed = (family: string): object => ({ ...record, name: [{ family, given: ['Anna'] }] });
    await clinic.send('PUT', `Patient/${record.id}`, renamed('First'));
    const [task] = await eventually(
      () => clinic.search(TASKS),
      (found) => found.length > 0,
    );
    expect(task).toMatchObject({ status: 'requested', for: { reference: `Patient/${record.id}` } });
    expect(await clinic.studies(studyUid)).toMatchObject([{ status: 'available' }]);
    await clinic.orthanc.start();
    await clinic.send('PUT', `Patient/${record.id}`, renamed('Second'));
    await until(async () => (await clinic.search(TASKS)).every(({ status }) => status === 'completed'));
    const found = await clinic.orthanc.send('POST', '/tools/find', {
      Level: 'Study',
      Expand: true,
      Query: { StudyInstanceUID: studyUid },
    });
    expect(found.json()).toMatchObject([{ PatientMainDicomTags: { PatientName: 'Second^Anna' } }]);
  }, 120_000);
});
