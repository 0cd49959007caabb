import type { Body } from '../../../flows/fhir-server.ts';
import { eventually, until } from '../../../harness/eventually.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { imagingOrder, openPacsClinic, patient, type PacsClinic } from './pacs-clinic.ts';

const ANNA = { patientName: 'Müller^Anna', birthDate: '19800203', sex: 'F', issuer: '1.2.3' };
const BERT = { patientName: 'Other^Bert', birthDate: '19550505', sex: 'M', issuer: '1.2.3' };
const TASKS = 'Task?code=https://athanor.health/fhir/CodeSystem/hl7-task|study-patient';

interface StudyTask extends Body {
  readonly status: string;
  readonly input?: readonly { readonly valueUri?: string }[];
}

describeImaging('images whose patient is not certain wait for a person', () => {
  let clinic: PacsClinic;
  let anna: Body;
  beforeAll(async () => {
    clinic = await openPacsClinic();
    anna = await clinic.create(patient('P-1'));
  });
  afterAll(() => clinic.close());

  async function tasks(uid: string): Promise<readonly StudyTask[]> {
    const found = (await clinic.search(TASKS)) as readonly StudyTask[];
    return found.filter(({ input }) => input?.some(({ valueUri }) => valueUri === `urn:oid:${uid}`));
  }

  async function askedOf(uid: string): Promise<StudyTask> {
    const [task] = await eventually(
      () => tasks(uid),
      (found) => found.length > 0,
    );
    if (task === undefined) throw new Error('nobody was asked');
    return task;
  }

  async function end(task: StudyTask, more: object): Promise<void> {
    const { status, text } = await clinic.send('PUT', `Task/${task.id}`, { ...task, status: 'completed', ...more });
    if (status !== 200) throw new Error(text);
  }

  const answer = (reference: string): object => ({
    output: [{ type: { text: 'Patient' }, valueReference: { reference } }],
  });

  test('of another patient than the ordered one nothing is linked until a person says so', async () => {
    const studyUid = newUid();
    const order = await clinic.create(imagingOrder(anna.id ?? '', 'B1', studyUid));
    await clinic.orthanc.upload(sampleImage({ ...BERT, patientId: 'P-99', accession: 'B1', studyUid }));
    const task = await askedOf(studyUid);
    expect(JSON.stringify(task)).not.toMatch(/Bert|P-99/);
    expect(task).toMatchObject({ status: 'requested', input: [{}, { valueString: 'B1' }, { valueReference: {} }] });
    expect(await clinic.studies(studyUid)).toEqual([]);
    await end(task, answer(`Patient/${anna.id}`));
    const found = await eventually(
      () => clinic.studies(studyUid),
      (studies) => studies.length > 0,
    );
    expect(found).toMatchObject([
      { subject: { reference: `Patient/${anna.id}` }, basedOn: [{ reference: `ServiceRequest/${order.id}` }] },
    ]);
    expect((await tasks(studyUid)).map(({ businessStatus }) => businessStatus)).toMatchObject([
      { coding: [{ code: 'taken' }] },
    ]);
    // What a person has decided is said to the PACS, too.
    await until(async () => {
      const answered = await clinic.orthanc.send('POST', '/tools/find', {
        Level: 'Study',
        Expand: true,
        Query: { StudyInstanceUID: studyUid },
      });
      const [study] = answered.json() as readonly { readonly PatientMainDicomTags: { readonly PatientID: string } }[];
      return study?.PatientMainDicomTags.PatientID === 'P-1';
    });
  });

  test('a number that belongs to another name and birth date is not believed', async () => {
    const studyUid = newUid();
    await clinic.orthanc.upload(sampleImage({ ...BERT, patientId: 'P-1', studyUid }));
    await end(await askedOf(studyUid), {});
    await until(async () => (await tasks(studyUid)).some(({ businessStatus }) => businessStatus !== undefined));
    await clinic.orthanc.upload(sampleImage({ ...BERT, patientId: 'P-1', studyUid }));
    expect(await clinic.studies(studyUid)).toEqual([]);
    expect(await tasks(studyUid)).toHaveLength(1);
  });

  test('an unknown patient’s images come when the patient does, and the Task is closed', async () => {
    const studyUid = newUid();
    const studyDate = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    await clinic.orthanc.upload(sampleImage({ ...BERT, patientId: 'P-2', studyUid, studyDate }));
    await askedOf(studyUid);
    const bert = await clinic.create(
      patient('P-2', { name: [{ family: 'Other', given: ['Bert'] }], gender: 'male', birthDate: '1955-05-05' }),
    );
    const found = await eventually(
      () => clinic.studies(studyUid),
      (studies) => studies.length > 0,
    );
    expect(found).toMatchObject([{ subject: { reference: `Patient/${bert.id}` }, status: 'available' }]);
    await until(async () => (await tasks(studyUid)).every(({ status }) => status === 'completed'));
  });

  test('an order that comes after its images is found', async () => {
    const studyUid = newUid();
    await clinic.orthanc.upload(sampleImage({ ...ANNA, patientId: 'P-1', accession: 'LATE1', studyUid }));
    await until(async () => (await clinic.studies(studyUid)).length > 0);
    const order = await clinic.create(imagingOrder(anna.id ?? '', 'LATE1', newUid()));
    const found = await eventually(
      () => clinic.studies(studyUid),
      ([study]) => study?.basedOn !== undefined,
    );
    expect(found).toMatchObject([{ basedOn: [{ reference: `ServiceRequest/${order.id}` }] }]);
  });
});
