import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../../server/kernel/json.ts';
import { tagOf, type DicomDataset, type Keyword } from '../read/dicom-json.ts';
import type { PacsStudy } from '../read/pacs-study.ts';
import { imagingStudyOf, type StudyContext } from './imaging-study.ts';

type Said = Partial<Record<Keyword, readonly JsonValue[]>>;

const dataset = (said: Said): DicomDataset =>
  Object.fromEntries(
    Object.entries(said).map(([keyword, Value]) => [tagOf(keyword as Keyword), { vr: 'UN', Value: [...Value] }]),
  );

const CONTEXT: StudyContext = {
  subject: 'Patient/p1',
  orders: [
    {
      resourceType: 'ServiceRequest',
      id: 'o1',
      identifier: [
        {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] },
          system: 'urn:oid:1.9',
          value: 'A1',
        },
      ],
    },
  ],
  endpoints: ['Endpoint/web'],
  zone: 'Europe/Berlin',
};

const code = (value: string, scheme: string, meaning: string): DicomDataset =>
  dataset({ CodeValue: [value], CodingSchemeDesignator: [scheme], CodeMeaning: [meaning] });

const CHEST: PacsStudy = {
  uid: '1.2.3',
  listed: [dataset({ NumberOfStudyRelatedInstances: [3], ModalitiesInStudy: ['DX', 'SR'] })],
  series: [
    {
      listed: dataset({ SeriesInstanceUID: ['1.2.3.2'], NumberOfSeriesRelatedInstances: ['2'] }),
      sample: dataset({
        ...{ AccessionNumber: ['A1 '], StudyDate: ['20260726'], StudyTime: ['071500'], StudyDescription: ['Chest PA'] },
        ...{ ReferringPhysicianName: [{ Alphabetic: 'Welby^Marcus^^Dr.' }], SeriesNumber: [2], Modality: ['DX'] },
        ...{ ProcedureCodeSequence: [code('399208008', 'SCT', 'Plain chest X-ray')], Laterality: ['L'] },
        ...{ AnatomicRegionSequence: [code('51185008', 'SCT', 'Chest')], OperatorsName: [{ Alphabetic: 'Roe^Jo' }] },
      }),
    },
    {
      listed: dataset({ SeriesInstanceUID: ['1.2.3.1'] }),
      sample: dataset({ SeriesNumber: [1], BodyPartExamined: ['CHEST'] }),
    },
  ],
};

test('a study says what its data sets say', () => {
  expect(imagingStudyOf(CHEST, CONTEXT, undefined)).toEqual({
    resourceType: 'ImagingStudy',
    identifier: [
      { system: 'urn:dicom:uid', value: 'urn:oid:1.2.3' },
      (CONTEXT.orders[0]?.identifier as JsonObject[])[0],
    ],
    status: 'available',
    modality: ['DX', 'SR'].map((each) => ({ system: 'http://dicom.nema.org/resources/ontology/DCM', code: each })),
    subject: { reference: 'Patient/p1' },
    started: '2026-07-26T07:15:00+02:00',
    basedOn: [{ reference: 'ServiceRequest/o1' }],
    referrer: { display: 'Dr. Marcus Welby' },
    endpoint: [{ reference: 'Endpoint/web' }],
    numberOfSeries: 2,
    numberOfInstances: 3,
    procedureCode: [
      {
        coding: [{ system: 'http://snomed.info/sct', code: '399208008', display: 'Plain chest X-ray' }],
        text: 'Plain chest X-ray',
      },
    ],
    description: 'Chest PA',
    series: [
      {
        uid: '1.2.3.1',
        number: 1,
        modality: {
          extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
        },
        bodySite: { display: 'CHEST' },
      },
      {
        uid: '1.2.3.2',
        number: 2,
        modality: { system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'DX' },
        numberOfInstances: 2,
        bodySite: { system: 'http://snomed.info/sct', code: '51185008', display: 'Chest' },
        laterality: { system: 'http://snomed.info/sct', code: '7771000', display: 'Left' },
        performer: [
          {
            function: {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
                  code: 'SPRF',
                  display: 'secondary performer',
                },
              ],
            },
            actor: { display: 'Jo Roe' },
          },
        ],
      },
    ],
  });
});

test('what others have written stays, and what the PACS does not say any more goes', () => {
  const before = {
    resourceType: 'ImagingStudy',
    id: 's1',
    identifier: [{ system: 'urn:other', value: '7' }],
    status: 'registered',
    subject: { reference: 'Patient/p0' },
    note: [{ text: 'by hand' }],
    description: 'old',
    basedOn: [{ reference: 'ServiceRequest/o0' }],
  };
  const bare: PacsStudy = { ...CHEST, series: CHEST.series.slice(1) };
  const after = imagingStudyOf(bare, CONTEXT, before);
  expect(after).toMatchObject({
    id: 's1',
    identifier: [{ value: '7' }, { value: 'urn:oid:1.2.3' }],
    status: 'available',
    subject: { reference: 'Patient/p1' },
    note: [{ text: 'by hand' }],
    basedOn: [{ reference: 'ServiceRequest/o0' }, { reference: 'ServiceRequest/o1' }],
  });
  expect(after).not.toHaveProperty('description');
});

const anyValue = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.constantFrom('20260726', '071500', '+0100', 'DX', 'L', ' ', '1.2.3', '\u0001\u0000x', '^^', 'a  b'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
  fc.record({ Alphabetic: fc.string({ maxLength: 20 }) }),
);
const READ: readonly Keyword[] = [
  ...(['AccessionNumber', 'StudyDate', 'StudyTime', 'StudyDescription', 'ReferringPhysicianName', 'Modality'] as const),
  ...([
    'SeriesNumber',
    'SeriesDate',
    'SeriesTime',
    'SeriesDescription',
    'TimezoneOffsetFromUTC',
    'Laterality',
  ] as const),
  ...(['BodyPartExamined', 'OperatorsName', 'PerformingPhysicianName', 'CodeValue', 'CodeMeaning'] as const),
  ...(['NumberOfStudyRelatedInstances', 'NumberOfSeriesRelatedInstances', 'ModalitiesInStudy'] as const),
  ...(['CodingSchemeDesignator', 'ProcedureCodeSequence', 'AnatomicRegionSequence'] as const),
];
const flat = fc
  .dictionary(fc.constantFrom(...READ), fc.array(anyValue, { maxLength: 3 }))
  .map((said) => dataset(said as Said));
const anyDataset = fc
  .tuple(flat, fc.array(flat, { maxLength: 2 }), fc.boolean())
  .map(([own, items, isCoded]) =>
    isCoded ? { ...own, ...dataset({ ProcedureCodeSequence: items, AnatomicRegionSequence: items }) } : own,
  );
const anyStudy: fc.Arbitrary<PacsStudy> = fc
  .tuple(
    fc.array(anyDataset, { minLength: 1, maxLength: 2 }),
    fc.array(fc.tuple(anyDataset, anyDataset), { minLength: 1, maxLength: 4 }),
  )
  .map(([listed, series]) => ({
    uid: '1.2.3',
    listed,
    series: series.map(([list, sample], place) => ({
      listed: { ...list, ...dataset({ SeriesInstanceUID: [`1.2.${place}`] }) },
      sample: { ...sample, ...dataset({ SeriesInstanceUID: [`1.2.${place}`] }) },
    })),
  }));

/** Empty texts, lists and objects are nowhere in FHIR, and control characters in no text. */
function faults(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return /^\s*$|(?![\t\n\r])\p{Cc}/u.test(value) ? [JSON.stringify(value)] : [];
  if (value === undefined || value === null) return [String(value)];
  if (typeof value !== 'object') return [];
  const inner = Object.values(value) as readonly JsonValue[];
  return inner.length === 0 ? ['empty'] : inner.flatMap(faults);
}

test('whatever a PACS says, the resource is whole, and the same the second time', () => {
  fc.assert(
    fc.property(anyStudy, (study) => {
      const once = imagingStudyOf(study, CONTEXT, undefined);
      expect(faults(once)).toEqual([]);
      expect(imagingStudyOf(study, CONTEXT, once)).toEqual(once);
      expect((once.series as JsonObject[]).map(({ uid }) => uid).sort()).toEqual(
        study.series.map((_, place) => `1.2.${place}`),
      );
    }),
    { numRuns: 500 },
  );
});
