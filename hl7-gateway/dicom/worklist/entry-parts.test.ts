import { codeItems } from './code-items.ts';
import { patientAttributes } from './patient-attributes.ts';
import { personName } from './person-name.ts';
import { modalityOf } from './modality.ts';
import { pickKeys } from './pick-keys.ts';
import { shortText } from './value-text.ts';
import { wallClock } from './wall-clock.ts';

const REPRESENTATION = 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation';
const written = (valueCode: string): object => ({ extension: [{ url: REPRESENTATION, valueCode }] });

test.each<[string, readonly object[], string]>([
  ['parts', [{ family: 'Doe', given: ['Jane', 'Ann', 'Q'], prefix: ['Dr'], suffix: ['PhD'] }], 'Doe^Jane^Ann Q^Dr^PhD'],
  ['a text alone', [{ text: 'Jane Doe' }], 'Jane Doe'],
  [
    'the official one',
    [
      { use: 'usual', family: 'J' },
      { use: 'official', family: 'Doe' },
    ],
    'Doe',
  ],
  ['not an old one', [{ use: 'old', family: 'Roe' }, { family: 'Doe' }], 'Doe'],
  ['marks of DICOM', [{ family: 'Do^e=\\', given: ['J\nane'] }], 'Do e^J ane'],
  [
    'letters, ideograms, sounds',
    [
      { family: 'Yamada', given: ['Tarou'] },
      { family: '山田', given: ['太郎'], ...written('IDE') },
      { family: 'やまだ', ...written('SYL') },
    ],
    'Yamada^Tarou=山田^太郎=やまだ',
  ],
  ['ideograms alone', [{ family: '山田', ...written('IDE') }], '=山田'],
  ['none', [], ''],
])('a name: %s', (_name, names, expected) => {
  expect(personName(names as never)).toBe(expected);
});

test.each([
  ['2026-07-05T08:30:00Z', 'Europe/Vienna', { date: '20260705', time: '103000' }],
  ['2026-07-04T23:30:00Z', 'Europe/Vienna', { date: '20260705', time: '013000' }],
  ['2026-07-05T00:00:00+02:00', 'Europe/Vienna', { date: '20260705', time: '000000' }],
  ['2026-07-05', 'America/New_York', { date: '20260705', time: '' }],
  ['2026-07', 'UTC', { date: '20260701', time: '' }],
  ['tomorrow', 'UTC', undefined],
])('%s in %s', (text, zone, expected) => {
  expect(wallClock(text, zone)).toEqual(expected);
});

test('numbers of a patient: the wristband first, with its issuer; old ones are none', () => {
  const type = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] };
  const identifier = [
    { system: 'urn:oid:1.2.3', value: 'B' },
    { use: 'old', type, system: 'https://clinic.example/mrn', value: 'O' },
    { type, system: 'https://clinic.example/mrn', value: 'M' },
    { system: `https://${'long.'.repeat(20)}example`, value: 'L' },
  ];
  const set = patientAttributes({ resourceType: 'Patient', identifier, birthDate: '1970', gender: 'unknown' });
  expect(set).toMatchObject({
    PatientID: 'M',
    IssuerOfPatientID: 'https://clinic.example/mrn',
    PatientBirthDate: '',
    PatientSex: '',
    OtherPatientIDsSequence: [
      {
        PatientID: 'B',
        IssuerOfPatientID: 'urn:oid:1.2.3',
        IssuerOfPatientIDQualifiersSequence: [{ UniversalEntityID: '1.2.3', UniversalEntityIDType: 'ISO' }],
      },
      { PatientID: 'L', IssuerOfPatientID: '' },
    ],
  });
});

test('codes: what SH does not hold is a long code, and systems that DICOM does not name are local', () => {
  const coding = [
    { system: 'http://snomed.info/sct', code: '169069000', display: 'CT of chest' },
    { system: 'https://clinic.example/codes', code: 'a-code-longer-than-sixteen' },
    { display: 'without a code' },
  ];
  expect(codeItems([{ coding }])).toEqual([
    { CodeValue: '169069000', CodingSchemeDesignator: 'SCT', CodeMeaning: 'CT of chest' },
    { LongCodeValue: 'a-code-longer-than-sixteen', CodingSchemeDesignator: '99LOCAL', CodeMeaning: 'CT of chest' },
  ]);
});

const concept = (system: string, code: string): object => ({ coding: [{ system, code }] });
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-0074';
test.each<[string, object, string | undefined]>([
  ['its detail', { orderDetail: [concept(DCM, 'MR')] }, 'MR'],
  ['its category', { category: [concept(DCM, 'US')] }, 'US'],
  ['its section', { category: [concept(V2, 'NMR')] }, 'MR'],
  ['a section of many', { category: [concept(V2, 'RAD')] }, undefined],
  ['a code that is no modality', { code: concept(DCM, '113014') }, undefined],
])('modality by %s', (_name, order, expected) => {
  expect(modalityOf(order as never)).toBe(expected);
});

test('what was asked for is answered, and nothing else', () => {
  const entry = {
    PatientID: '1',
    PatientName: 'A',
    ScheduledProcedureStepSequence: [{ Modality: 'CT', ScheduledProcedureStepID: '7' }],
  };
  expect(
    pickKeys(entry, {
      PatientID: '1',
      Allergies: '',
      Manufacturer: '',
      ScheduledProcedureStepSequence: [{ Modality: '' }],
    }),
  ).toEqual({ PatientID: '1', Allergies: '', ScheduledProcedureStepSequence: [{ Modality: 'CT' }] });
  for (const whole of [[], [{}]])
    expect(pickKeys(entry, { ScheduledProcedureStepSequence: whole })).toEqual({
      ScheduledProcedureStepSequence: entry.ScheduledProcedureStepSequence,
    });
});

test('texts are cut by characters, not within one', () => {
  expect([shortText('a\\b\u0007c', 16), shortText('😀😀😀', 2), shortText('ab  ', 1)]).toEqual(['a b c', '😀😀', 'a']);
});
