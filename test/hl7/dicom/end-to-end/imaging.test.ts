import { eventually, until } from '../../../harness/eventually.ts';
import { ask, createRequest, setRequest } from '../dimse/modality.ts';
import { storescu, valueAt, type DicomJson } from '../harness/dcmtk.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import {
  imagingOrder,
  numbersOf,
  openRadiology,
  patientOf,
  segmentOf,
  studyOf,
  worklistEntry,
  type Radiology,
} from './radiology.ts';

jest.setTimeout(300_000);

/** From an order to its report, with sign-in, by programs that nobody here wrote: dcmtk and Orthanc. */
describeImaging('imaging from the order to the report', () => {
  let radiology: Radiology;
  beforeAll(async () => {
    radiology = await openRadiology();
  });
  afterAll(() => radiology.close());

  const text = (entry: DicomJson | undefined, path: string): string => String(valueAt(entry, path) ?? '');

  /** Images as a scanner makes them that has an entry of the worklist. */
  function imagesOf(entry: DicomJson | undefined, count: number): readonly Buffer[] {
    const seriesUid = newUid();
    const name = valueAt(entry, '00100010') as { readonly Alphabetic?: string } | undefined;
    return Array.from({ length: count }, (_, index) =>
      sampleImage({
        patientId: text(entry, '00100020'),
        ...(text(entry, '00100021') === '' ? {} : { issuer: text(entry, '00100021') }),
        patientName: name?.Alphabetic ?? '',
        birthDate: text(entry, '00100030'),
        sex: text(entry, '00100040'),
        accession: text(entry, '00080050'),
        studyUid: text(entry, '0020000D'),
        modality: text(entry, '00400100.00080060'),
        seriesUid,
        instanceNumber: index + 1,
      }),
    );
  }

  /** The scanner says that it begins, and that it is done. @returns status of both answers */
  async function perform(entry: DicomJson | undefined): Promise<readonly unknown[]> {
    const step = newUid();
    const begun = {
      ScheduledStepAttributesSequence: [
        { StudyInstanceUID: text(entry, '0020000D'), AccessionNumber: text(entry, '00080050') },
      ],
      ...{ PatientID: text(entry, '00100020'), PerformedStationAETitle: 'SCANNER1', Modality: 'CT' },
      ...{ PerformedProcedureStepStartDate: '20260102', PerformedProcedureStepStartTime: '100000' },
    };
    const done = {
      PerformedProcedureStepStatus: 'COMPLETED',
      ...{ PerformedProcedureStepEndDate: '20260102', PerformedProcedureStepEndTime: '101500' },
    };
    const answers = await ask(radiology.scanner, createRequest(step, begun), setRequest(step, done));
    return answers.flat().map(({ status }) => status);
  }

  test('an order over FHIR: worklist, images, study, step, report, merge', async () => {
    const { clinic, pacs, ris, store } = radiology;
    const patient = await clinic.store(patientOf('4711', 'Müller'));
    const order = await clinic.store(imagingOrder(patient.id));
    const { accession = '', studyUid = '' } = numbersOf(order);
    expect(accession).toMatch(/^[0-9A-Z]{1,16}$/);
    expect(studyUid).toMatch(/^2\.25\.\d+$/);

    const entry = await eventually(
      () => worklistEntry(radiology, accession),
      (found) => found !== undefined,
    );
    expect([text(entry, '00100020'), text(entry, '0020000D')]).toEqual(['4711', studyUid]);
    expect(valueAt(entry, '00100010')).toMatchObject({ Alphabetic: 'Müller^Anna' });
    expect(text(entry, '00400100.00080060')).toBe('CT');

    expect(await storescu(store, imagesOf(entry, 3))).toMatchObject({ code: 0 });
    const sent = performance.now();
    const study = await eventually(
      () => studyOf(radiology, studyUid),
      (found) => found?.status === 'available',
    );
    process.stderr.write(`ImagingStudy ${Math.round(performance.now() - sent)} ms after the images\n`);
    expect(study).toMatchObject({
      status: 'available',
      subject: { reference: `Patient/${patient.id}` },
      basedOn: [{ reference: `ServiceRequest/${order.id}` }],
      numberOfSeries: 1,
      modality: [{ code: 'CT' }],
    });
    await until(async () => (await studyOf(radiology, studyUid))?.numberOfInstances === 3);
    expect(await perform(entry)).toEqual([0, 0]);
    const [procedure] = await clinic.search(`Procedure?based-on=ServiceRequest/${order.id}`);
    expect(procedure).toMatchObject({ status: 'completed', subject: { reference: `Patient/${patient.id}` } });
    await until(async () => (await worklistEntry(radiology, accession)) === undefined);

    await until(() => ris.received.some((each) => segmentOf(each, 'IPC')?.get(1, 1, 1) === accession));
    const told = ris.received.find((each) => segmentOf(each, 'IPC')?.get(1, 1, 1) === accession);
    expect(segmentOf(told, 'IPC')?.get(3, 1, 1)).toBe(studyUid);
    const [person, placer] = [segmentOf(told, 'PID')?.getRaw(3), segmentOf(told, 'ORC')?.getRaw(2)];
    const report = await radiology.say(
      'ORU^R01^ORU_R01',
      `PID|1||${person ?? ''}||Müller^Anna||19800203|F`,
      `ORC|RE|${placer ?? ''}|REP1^RIS`,
      `OBR|1|${placer ?? ''}|REP1^RIS|24725-4^CT Head^LN|||20260102100000+0000|||||||||||${accession}||||20260102110000+0000||RAD|F`,
      'OBX|1|TX|59776-5^Findings^LN||No bleeding.||||||F',
    );
    expect(report).toBe('AA');
    const reports = await eventually(
      () => clinic.search(`DiagnosticReport?based-on=ServiceRequest/${order.id}`),
      ([found]) => found?.imagingStudy !== undefined,
    );
    expect(reports).toMatchObject([
      {
        status: 'final',
        subject: { reference: `Patient/${patient.id}` },
        imagingStudy: [{ reference: `ImagingStudy/${study?.id ?? ''}` }],
      },
    ]);

    const survivor = await clinic.store(patientOf('4712', 'Müller'));
    expect(
      await radiology.say(
        'ADT^A40^ADT_A39',
        'EVN|A40|20260102120000+0000',
        'PID|1||4712^^^CLINIC^MR||Müller^Anna||19800203|F',
        'MRG|4711^^^CLINIC^MR',
      ),
    ).toBe('AA');
    const inPacs = async (number: string): Promise<number> => {
      const answer = await pacs.send('POST', '/tools/find', {
        Level: 'Instance',
        Query: { PatientID: number, StudyInstanceUID: studyUid },
      });
      return (answer.json() as readonly string[]).length;
    };
    await until(async () => (await inPacs('4712')) === 3);
    await until(async () => (await inPacs('4711')) === 0);
    const moved = await eventually(
      () => studyOf(radiology, studyUid),
      (found) => JSON.stringify(found?.subject).includes(`Patient/${survivor.id}`),
    );
    expect(moved).toMatchObject({
      id: study?.id,
      status: 'available',
      subject: { reference: `Patient/${survivor.id}` },
      numberOfInstances: 3,
    });
  });

  test.each([
    ['OMI^O23^OMI_O23', 'IPC|RIS-ACC-1^RIS|RP1^RIS|1.2.826.0.1.77.1^RIS|SPS1^RIS|CT', 'RIS-ACC-1', '1.2.826.0.1.77.1'],
    ['ORM^O01^ORM_O01', 'ZDS|1.2.826.0.1.77.2^RIS^Application^DICOM', undefined, '1.2.826.0.1.77.2'],
    ['ORM^O01^ORM_O01', undefined, undefined, undefined],
  ])('an order by %s with %p', async (event, numbers, itsAccession, itsUid) => {
    const { clinic, store } = radiology;
    const number = `P-${event.slice(0, 3)}-${numbers?.slice(0, 3) ?? 'none'}`;
    const placer = `${number}^RIS`;
    const answer = await radiology.say(
      event,
      `PID|1||${number}^^^CLINIC^MR||Doe^Jane||19700101|F`,
      `ORC|NW|${placer}|||SC||||20260102090000+0000`,
      ...(event.startsWith('OMI') ? ['TQ1|1||||||20260102100000+0000||R'] : []),
      `OBR|1|${placer}||24725-4^CT Head^LN||||||||||||||||||||CT|||^^^20260102100000+0000^^R`,
      ...(numbers === undefined ? [] : [numbers]),
    );
    expect(answer).toBe('AA');
    const [order] = await eventually(
      () => clinic.search(`ServiceRequest?identifier=${number}`),
      (found) => found.length > 0,
    );
    if (order === undefined) throw new Error('the order is not there');
    const { accession = '', studyUid = '' } = numbersOf(order);
    expect(accession).toMatch(itsAccession === undefined ? /^[0-9A-Z]{1,16}$/ : new RegExp(`^${itsAccession}$`));
    if (itsUid === undefined) expect(studyUid).toMatch(/^2\.25\.\d+$/);
    else expect(studyUid).toBe(itsUid);
    const entry = await eventually(
      () => worklistEntry(radiology, accession),
      (found) => found !== undefined,
    );
    expect([text(entry, '00100020'), text(entry, '0020000D')]).toEqual([number, studyUid]);
    expect(await storescu(store, imagesOf(entry, 1))).toMatchObject({ code: 0 });
    const study = await eventually(
      () => studyOf(radiology, studyUid),
      (found) => found?.status === 'available',
    );
    expect(study).toMatchObject({
      subject: order.subject,
      basedOn: [{ reference: `ServiceRequest/${order.id}` }],
      status: 'available',
    });
    await until(async () => (await worklistEntry(radiology, accession)) === undefined);
  });
});
