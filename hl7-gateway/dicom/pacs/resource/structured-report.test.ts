import type { JsonValue } from '../../../../server/kernel/json.ts';
import { tagOf, type DicomDataset, type Keyword } from '../read/dicom-json.ts';
import { isReportDocument, reportOf } from './report-of-document.ts';
import { reportText } from './structured-report.ts';

function dataset(said: Partial<Record<Keyword, JsonValue>>): DicomDataset {
  return Object.fromEntries(
    Object.entries(said).map(([keyword, value]) => [
      tagOf(keyword as Keyword),
      { vr: 'UN', Value: Array.isArray(value) ? value : [value] },
    ]),
  );
}

const named = (code: string, scheme: string, meaning: string): DicomDataset =>
  dataset({ CodeValue: code, CodingSchemeDesignator: scheme, CodeMeaning: meaning });

function item(
  type: string,
  code: string,
  meaning: string,
  said: Partial<Record<Keyword, JsonValue>> = {},
): DicomDataset {
  return dataset({ ValueType: type, ConceptNameCodeSequence: [named(code, 'DCM', meaning)], ...said });
}

test('every value type that says something is read', () => {
  const document = item('CONTAINER', '126000', 'Imaging Measurement Report', {
    ContentSequence: [
      item('TEXT', '121071', 'Finding', { TextValue: 'two\r\nlines' }),
      item('CODE', '121049', 'Language', { ConceptCodeSequence: [named('de', 'RFC5646', 'German')] }),
      item('PNAME', '121008', 'Observer', { PersonName: [{ Alphabetic: 'House^Greg' }] }),
      item('DATE', '1', 'Day', { Date: '20260102' }),
      item('NUM', '2', 'Count', {
        MeasuredValueSequence: [
          dataset({ NumericValue: 3, MeasurementUnitsCodeSequence: [named('1', 'UCUM', 'no units')] }),
        ],
      }),
      item('NUM', '3', 'Not measured'),
      item('IMAGE', '4', 'Image'),
      item('CONTAINER', '121076', 'Conclusions', {
        ContentSequence: [
          item('TEXT', '9', 'Text', {
            TextValue: 'Done.',
            ContentSequence: [item('TEXT', '9', 'More', { TextValue: 'Really.' })],
          }),
        ],
      }),
    ],
  });
  expect(reportText(document)).toEqual({
    text: [
      'Imaging Measurement Report',
      '  Finding: two',
      '  lines',
      '  Language: German',
      '  Observer: Greg House',
      '  Day: 20260102',
      '  Count: 3',
      '  Conclusions',
      '    Text: Done.',
      '      More: Really.',
    ].join('\n'),
    conclusion: 'Done.\nReally.',
  });
});

test('a tree without end is cut', () => {
  let deep = item('TEXT', '1', 'Leaf', { TextValue: 'x' });
  for (let depth = 0; depth < 500; depth += 1) deep = item('CONTAINER', '1', 'Node', { ContentSequence: [deep] });
  expect(reportText(deep).text.split('\n').length).toBeLessThan(50);
  const wide = item('CONTAINER', '1', 'Top', {
    ContentSequence: Array.from({ length: 30_000 }, () => item('TEXT', '1', 'Leaf', { TextValue: 'x' })),
  });
  expect(reportText(wide).text.split('\n').length).toBeLessThanOrEqual(20_000);
});

test.each([
  ['COMPLETE', 'VERIFIED', 'final'],
  ['COMPLETE', 'UNVERIFIED', 'preliminary'],
  ['PARTIAL', 'UNVERIFIED', 'partial'],
  ['', '', 'partial'],
])('%s and %s is %s', (completion, verification, status) => {
  const document = item('CONTAINER', '1', 'Report', { CompletionFlag: completion, VerificationFlag: verification });
  const context = { subject: 'Patient/p', orders: [], imagingStudy: 'ImagingStudy/s', started: undefined, zone: 'UTC' };
  expect(reportOf(document, context)).toMatchObject({ status });
});

test('doses and key images are no reports', () => {
  const content = { ContentSequence: [item('TEXT', '1', 'x', { TextValue: 'x' })] };
  expect(isReportDocument(dataset({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.67', ...content }))).toBe(false);
  expect(isReportDocument(dataset({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11', ...content }))).toBe(true);
  expect(isReportDocument(dataset({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11' }))).toBe(false);
});
