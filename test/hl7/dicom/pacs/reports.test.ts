import type { Body } from '../../../flows/fhir-server.ts';
import { eventually, until } from '../../../harness/eventually.ts';
import { dicomFile, type DataElement } from '../harness/dicom-file.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { imagingOrder, openPacsClinic, patient, type PacsClinic } from './pacs-clinic.ts';

const COMPREHENSIVE = '1.2.840.10008.5.1.4.1.1.88.33';

function coded(tag: number, value: string, scheme: string, meaning: string): DataElement {
  const item = [
    { tag: 0x00080100, vr: 'SH', value },
    { tag: 0x00080102, vr: 'SH', value: scheme },
    { tag: 0x00080104, vr: 'LO', value: meaning },
  ];
  return { tag, vr: 'SQ', value: [item] };
}

const name = (value: string, scheme: string, meaning: string): DataElement => coded(0x0040a043, value, scheme, meaning);
const type = (value: string): DataElement => ({ tag: 0x0040a040, vr: 'CS', value });
const contains: DataElement = { tag: 0x0040a010, vr: 'CS', value: 'CONTAINS' };

function section(code: string, meaning: string, ...items: readonly (readonly DataElement[])[]): readonly DataElement[] {
  return [contains, type('CONTAINER'), name(code, 'DCM', meaning), { tag: 0x0040a730, vr: 'SQ', value: items }];
}

function text(code: string, meaning: string, value: string): readonly DataElement[] {
  return [contains, type('TEXT'), name(code, 'DCM', meaning), { tag: 0x0040a160, vr: 'UT', value }];
}

/** A verified report after TID 2000 with one measurement. */
function report(studyUid: string, sopUid: string, accession: string): Buffer {
  const measured: readonly DataElement[] = [
    { tag: 0x0040a30a, vr: 'DS', value: '12.5' },
    coded(0x004008ea, 'mm', 'UCUM', 'millimeter'),
  ];
  const nodule: readonly DataElement[] = [
    contains,
    type('NUM'),
    name('103339001', 'SCT', 'Long axis'),
    { tag: 0x0040a300, vr: 'SQ', value: [measured] },
  ];
  return dicomFile([
    { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 192' },
    { tag: 0x00080016, vr: 'UI', value: COMPREHENSIVE },
    { tag: 0x00080018, vr: 'UI', value: sopUid },
    { tag: 0x00080020, vr: 'DA', value: '20260102' },
    { tag: 0x00080023, vr: 'DA', value: '20260102' },
    { tag: 0x00080030, vr: 'TM', value: '101500' },
    { tag: 0x00080033, vr: 'TM', value: '110000' },
    { tag: 0x00080050, vr: 'SH', value: accession },
    { tag: 0x00080060, vr: 'CS', value: 'SR' },
    { tag: 0x00100010, vr: 'PN', value: 'Müller^Anna' },
    { tag: 0x00100020, vr: 'LO', value: 'P-1' },
    { tag: 0x00100021, vr: 'LO', value: '1.2.3' },
    { tag: 0x00100030, vr: 'DA', value: '19800203' },
    { tag: 0x0020000d, vr: 'UI', value: studyUid },
    { tag: 0x0020000e, vr: 'UI', value: newUid() },
    { tag: 0x00200011, vr: 'IS', value: '9' },
    { tag: 0x00200013, vr: 'IS', value: '1' },
    {
      tag: 0x0040a073,
      vr: 'SQ',
      value: [
        [
          { tag: 0x0040a030, vr: 'DT', value: '20260102120000+0100' },
          { tag: 0x0040a075, vr: 'PN', value: 'House^Greg' },
        ],
      ],
    },
    type('CONTAINER'),
    name('18748-4', 'LN', 'Diagnostic imaging report'),
    { tag: 0x0040a491, vr: 'CS', value: 'COMPLETE' },
    { tag: 0x0040a493, vr: 'CS', value: 'VERIFIED' },
    {
      tag: 0x0040a730,
      vr: 'SQ',
      value: [
        section('121070', 'Findings', text('121071', 'Finding', 'A nodule.'), nodule),
        section('121072', 'Impressions', text('121073', 'Impression', 'Benign. Größe stabil.')),
      ],
    },
  ]);
}

describeImaging('reports and their images', () => {
  let clinic: PacsClinic;
  let anna: Body;
  beforeAll(async () => {
    clinic = await openPacsClinic();
    anna = await clinic.create(patient('P-1'));
  });
  afterAll(() => clinic.close());

  const image = (studyUid: string, accession: string): Buffer =>
    sampleImage({
      ...{ patientId: 'P-1', issuer: '1.2.3', patientName: 'Müller^Anna', birthDate: '19800203' },
      ...{ studyUid, accession },
    });

  test('a structured report becomes one DiagnosticReport of the study and its order', async () => {
    const [studyUid, sopUid] = [newUid(), newUid()];
    const order = await clinic.create(imagingOrder(anna.id ?? '', 'R1', studyUid));
    await clinic.orthanc.upload(image(studyUid, 'R1'), report(studyUid, sopUid, 'R1'));
    const query = `DiagnosticReport?identifier=urn:dicom:uid|urn:oid:${sopUid}`;
    const [found] = await eventually(
      () => clinic.search(query),
      (reports) => reports.length > 0,
    );
    const [study] = await clinic.studies(studyUid);
    expect(found).toMatchObject({
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '18748-4' }] },
      subject: { reference: `Patient/${anna.id}` },
      basedOn: [{ reference: `ServiceRequest/${order.id}` }],
      imagingStudy: [{ reference: `ImagingStudy/${study?.id}` }],
      issued: '2026-01-02T12:00:00+01:00',
      effectiveDateTime: '2026-01-02T10:15:00+01:00',
      resultsInterpreter: [{ display: 'Greg House' }],
      conclusion: 'Benign. Größe stabil.',
    });
    const [form] = found?.presentedForm as readonly { readonly data: string }[];
    expect(Buffer.from(form?.data ?? '', 'base64').toString('utf8')).toBe(
      'Diagnostic imaging report\n  Findings\n    Finding: A nodule.\n    Long axis: 12.5 mm\n  Impressions\n    Impression: Benign. Größe stabil.',
    );
    await clinic.orthanc.upload(image(studyUid, 'R1'));
    await until(async () => (await clinic.studies(studyUid))[0]?.numberOfInstances === 3);
    expect(await clinic.search(query)).toHaveLength(1);
  });

  test('a report of the order gets the study, whichever comes first; the order’s Task is completed', async () => {
    const studyUid = newUid();
    const order = await clinic.create(imagingOrder(anna.id ?? '', 'R2', studyUid));
    const basedOn = [{ reference: `ServiceRequest/${order.id}` }];
    const code = { text: 'Chest X-ray' };
    const subject = { reference: `Patient/${anna.id}` };
    const written = { resourceType: 'DiagnosticReport', status: 'final', code, subject, basedOn };
    const fulfil = { coding: [{ system: 'http://hl7.org/fhir/CodeSystem/task-code', code: 'fulfill' }] };
    const [focus] = basedOn;
    const task = await clinic.create({
      resourceType: 'Task',
      status: 'requested',
      intent: 'order',
      code: fulfil,
      focus,
    });
    const early = await clinic.create(written);
    await clinic.orthanc.upload(image(studyUid, 'R2'));
    await until(async () => (await clinic.studies(studyUid)).length > 0);
    const late = await clinic.create(written);
    const [study] = await clinic.studies(studyUid);
    for (const { id } of [early, late]) {
      const linked = await eventually(
        async () => (await clinic.get(`DiagnosticReport/${id}`)).body,
        ({ imagingStudy }) => imagingStudy !== undefined,
      );
      expect(linked.imagingStudy).toEqual([{ reference: `ImagingStudy/${study?.id}` }]);
    }
    await until(async () => (await clinic.get(`Task/${task.id}`)).body.status === 'completed');
  });
});
