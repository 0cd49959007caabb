import { randomUUID } from 'node:crypto';
import { openDimseClinic, type DimseClinic } from './dimse-clinic.ts';
import { imagingOrder, numbersOf, patient } from './imaging-order.ts';
import { ask, createRequest, echoRequest, findRequest, setRequest, type ModalityAnswer } from './modality.ts';

let clinic: DimseClinic;
beforeAll(async () => {
  clinic = await openDimseClinic();
  await clinic.addModality('CT1');
  await clinic.store(patient('anna', { family: 'Müller', given: ['Anna'] }, 'MR1'));
  await clinic.store(patient('ben', { family: 'Stone', given: ['Ben'] }, 'MR2'));
});
afterAll(() => clinic.close());

const newUid = (): string => `2.25.${BigInt(`0x${randomUUID().replaceAll('-', '')}`).toString()}`;
const caller = (): ReturnType<DimseClinic['caller']> => clinic.caller('CT1');
const statusesOf = (answers: readonly (readonly ModalityAnswer[])[]): readonly (readonly number[])[] =>
  answers.map((each) => each.map(({ status }) => status));

interface Scheduled {
  readonly accession: string;
  readonly studyUid: string;
}

async function ordered(subject = 'anna'): Promise<Scheduled & { readonly reference: string }> {
  const order = await clinic.store(imagingOrder(subject));
  return { ...numbersOf(order), reference: `ServiceRequest/${order.id ?? ''}` };
}

/** What a modality says when it begins. */
const begun = ({ accession, studyUid }: Scheduled, patientId = 'MR1'): Record<string, unknown> => ({
  ScheduledStepAttributesSequence: [{ StudyInstanceUID: studyUid, AccessionNumber: accession }],
  PatientID: patientId,
  PerformedStationAETitle: 'CT1',
  Modality: 'CT',
  PerformedProcedureStepStartDate: '20261126',
  PerformedProcedureStepStartTime: '083000',
});
const ended = (status: string): Record<string, unknown> => ({
  PerformedProcedureStepStatus: status,
  PerformedProcedureStepEndDate: '20261126',
  PerformedProcedureStepEndTime: '084500',
  PerformedSeriesSequence: [
    { SeriesInstanceUID: newUid(), PerformingPhysicianName: 'Doe^Jane^^Dr', ProtocolName: 'Chest' },
  ],
});

const stepOf = async (type: string, uid: string): Promise<readonly Record<string, unknown>[]> =>
  await clinic.search(`${type}?identifier=urn:dicom:uid|urn:oid:${uid}`);

async function isOnWorklist({ accession }: Scheduled): Promise<boolean> {
  const [answers = []] = await ask(caller(), findRequest({ AccessionNumber: accession, StudyInstanceUID: '' }));
  return answers.length > 1;
}

test('a step is in progress, then completed; its order leaves the worklist', async () => {
  const [order, uid] = [await ordered(), newUid()];
  expect(statusesOf(await ask(caller(), createRequest(uid, begun(order))))).toEqual([[0]]);
  const [procedure, ...others] = await stepOf('Procedure', uid);
  expect([procedure, others]).toEqual([
    expect.objectContaining({
      status: 'in-progress',
      subject: { reference: 'Patient/anna' },
      basedOn: [{ reference: order.reference }],
      code: expect.objectContaining({ text: 'CT of the chest' }) as object,
      performedPeriod: { start: '2026-11-26T08:30:00+01:00' },
    }),
    [],
  ]);
  expect(await isOnWorklist(order)).toBe(true);
  expect(statusesOf(await ask(caller(), setRequest(uid, { PerformedProcedureStepDescription: 'Chest' })))).toEqual([
    [0],
  ]);
  expect(statusesOf(await ask(caller(), setRequest(uid, ended('COMPLETED'))))).toEqual([[0]]);
  expect(await stepOf('Procedure', uid)).toEqual([
    expect.objectContaining({
      status: 'completed',
      performedPeriod: { start: '2026-11-26T08:30:00+01:00', end: '2026-11-26T08:45:00+01:00' },
      performer: [{ actor: { display: 'Dr Jane Doe' } }],
    }),
  ]);
  expect(await isOnWorklist(order)).toBe(false);
});

test('a step that is stopped has its reason, and its order is to be done still', async () => {
  const [order, uid] = [await ordered(), newUid()];
  const reason = {
    CodeValue: '110514',
    CodingSchemeDesignator: 'DCM',
    CodeMeaning: 'Incorrect worklist entry selected',
  };
  const stopped = { ...ended('DISCONTINUED'), PerformedProcedureStepDiscontinuationReasonCodeSequence: [reason] };
  const answers = await ask(caller(), createRequest(uid, begun(order)), setRequest(uid, stopped));
  expect(statusesOf(answers)).toEqual([[0], [0]]);
  expect(await stepOf('Procedure', uid)).toEqual([
    expect.objectContaining({
      status: 'stopped',
      statusReason: {
        coding: [
          {
            system: 'http://dicom.nema.org/resources/ontology/DCM',
            code: '110514',
            display: 'Incorrect worklist entry selected',
          },
        ],
        text: 'Incorrect worklist entry selected',
      },
    }),
  ]);
  expect(await isOnWorklist(order)).toBe(true);
});

test('a step is there once, also told at once; over, it stays as it is', async () => {
  const [order, uid] = [await ordered(), newUid()];
  const told = await Promise.all(Array.from({ length: 4 }, () => ask(caller(), createRequest(uid, begun(order)))));
  expect(
    told
      .flat(2)
      .map(({ status }) => status)
      .sort(),
  ).toEqual([0, 0x0111, 0x0111, 0x0111]);
  await ask(caller(), setRequest(uid, ended('COMPLETED')));
  const [before] = await stepOf('Procedure', uid);
  const [[answer] = []] = await ask(caller(), setRequest(uid, ended('DISCONTINUED')));
  expect([answer?.status, Number(answer?.errorId)]).toEqual([0x0110, 0xa710]);
  expect(statusesOf(await ask(caller(), createRequest(uid, begun(order))))).toEqual([[0x0111]]);
  expect(await stepOf('Procedure', uid)).toEqual([before]);
});

test.each([
  ['no order', () => Promise.resolve({ accession: 'NOBODYS', studyUid: '1.2.3' }), 'MR1', 'no order'],
  ['for another patient than its order', () => ordered('ben'), 'MR1', 'not the patient'],
])(
  'a step with %s is for a person to look at, and nobody has it in their chart',
  async (_name, order, patientId, text) => {
    const uid = newUid();
    const answers = await ask(
      caller(),
      createRequest(uid, begun(await order(), patientId)),
      setRequest(uid, ended('COMPLETED')),
    );
    expect(statusesOf(answers)).toEqual([[0], [0]]);
    expect(await stepOf('Procedure', uid)).toEqual([]);
    const [task] = await stepOf('Task', uid);
    expect(task).toMatchObject({
      status: 'requested',
      code: { coding: [{ system: 'https://athanor.health/fhir/CodeSystem/hl7-task', code: 'step-unmatched' }] },
      description: expect.stringContaining(text) as string,
    });
    const said = (task?.input as { type: { coding: { code: string }[] }; valueString: string }[]).map((each) => [
      each.type.coding[0]?.code,
      each.valueString,
    ]);
    expect(said).toContainEqual(['patient-number', patientId]);
    expect(said).toContainEqual(['step-status', 'COMPLETED']);
    expect(statusesOf(await ask(caller(), setRequest(uid, ended('COMPLETED'))))).toEqual([[0x0110]]);
  },
);

test('what is no step is refused', async () => {
  const order = await ordered();
  const cases = [
    [createRequest(newUid(), { ...begun(order), PerformedProcedureStepStatus: 'COMPLETED' }), 0x0106],
    [createRequest(newUid(), { ...begun(order), PerformedProcedureStepStatus: '' }), 0x0120],
    [createRequest('1.2.03', begun(order)), 0x0117],
    [setRequest(newUid(), ended('COMPLETED')), 0x0112],
  ] as const;
  for (const [request, status] of cases) expect(statusesOf(await ask(caller(), request))).toEqual([[status]]);
});

test('many requests of one association', async () => {
  const order = await ordered();
  const answers = await ask(
    caller(),
    ...[echoRequest(), echoRequest(), echoRequest()],
    findRequest({ AccessionNumber: order.accession, PatientName: '' }),
    echoRequest(),
    findRequest({ AccessionNumber: 'NOBODYS' }),
  );
  expect(statusesOf(answers)).toEqual([[0], [0], [0], [0xff00, 0], [0], [0]]);
});

test('keys without meaning here are told', async () => {
  const order = await ordered();
  const [unknown = []] = await ask(caller(), findRequest({ AccessionNumber: order.accession, Manufacturer: 'X' }));
  expect(unknown.map(({ status }) => status)).toEqual([0xff01, 0]);
});
