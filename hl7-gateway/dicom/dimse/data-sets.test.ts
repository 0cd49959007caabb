import dimse from 'dcmjs-dimse';
import fc from 'fast-check';
import type { DataSet } from './data-set.ts';
import { encodeDataSet, isLatin1, type Encoding } from './encode-data-set.ts';
import { parseDataSet } from './parse-data-set.ts';
import { readDataSet } from './read-data-set.ts';

const { ImplicitVRLittleEndian, ExplicitVRLittleEndian } = dimse.constants.TransferSyntax;
const text = fc.stringMatching(/^[A-Za-zäöüß0-9^. -]{0,60}$/).map((each) => each.replace(/^ +|[ ^]+$/g, ''));
const item = fc.record({ Modality: fc.constantFrom('CT', 'MR', ''), ScheduledProcedureStepDescription: text });
const set: fc.Arbitrary<DataSet> = fc.record({
  PatientName: text,
  PatientID: text,
  StudyInstanceUID: fc.constantFrom('1.2.3', '1.2.34', ''),
  ScheduledProcedureStepSequence: fc.array(item, { maxLength: 3 }),
});
const encoding: fc.Arbitrary<Encoding> = fc.record({
  isExplicit: fc.boolean(),
  charset: fc.constantFrom('ISO_IR 192', 'ISO_IR 100'),
});

const read = (bytes: Buffer, isExplicit: boolean): DataSet => readDataSet(parseDataSet(bytes, isExplicit) ?? []);
const isDataSet = (bytes: Buffer, isExplicit: boolean): boolean => parseDataSet(bytes, isExplicit) !== undefined;

test('what is written is read as what it was', () => {
  fc.assert(
    fc.property(set, encoding, (given, how) => {
      const { SpecificCharacterSet: charset, ...rest } = read(encodeDataSet(given, how), how.isExplicit);
      expect([charset, rest]).toEqual([how.charset, given]);
    }),
  );
});

test('texts of many countries, in items too', () => {
  const cases: readonly (readonly [charset: string, bytes: string, text: string])[] = [
    ['ISO_IR 100', '4dfc6c6c6572', 'Müller'],
    ['ISO_IR 144', 'bbee', 'Лю'],
    ['ISO_IR 192', 'e5b1b1e794b0', '山田'],
    ['GB18030', 'cdf5', '王'],
    ['\\ISO 2022 IR 87', '1b24423b334544 1b2842'.replace(' ', ''), '山田'],
    ['\\ISO 2022 IR 149', '1b242943b1e8', '김'],
    ['', '4d', 'M'],
  ];
  for (const [charset, hex, text] of cases) {
    const value = Buffer.from(hex, 'hex');
    const item = [{ tag: 0x00081070, value }];
    const set = readDataSet([
      { tag: 0x00080005, value: Buffer.from(charset) },
      { tag: 0x00100010, value },
      { tag: 0x00400340, value: [item] },
    ]);
    expect([charset, set.PatientName, set.PerformedSeriesSequence]).toEqual([charset, text, [{ OperatorsName: text }]]);
  }
});

test('what is not known here is seen', () => {
  const bytes = new dimse.Dataset({ Manufacturer: 'X', Rows: 5, PatientID: '1' }).getDenaturalizedDataset();
  expect(read(bytes, false)).toEqual({ '(0008,0070)': '?', '(0028,0010)': '?', PatientID: '1' });
});

test('what dcmjs writes is well-formed; cut anywhere it is not, but between elements', () => {
  const elements = {
    PatientID: '1',
    ScheduledProcedureStepSequence: [{ Modality: 'CT' }, {}],
    ReferencedStudySequence: [],
  };
  for (const isExplicit of [true, false]) {
    const bytes = new dimse.Dataset(
      elements,
      isExplicit ? ExplicitVRLittleEndian : ImplicitVRLittleEndian,
    ).getDenaturalizedDataset();
    expect(isDataSet(bytes, isExplicit)).toBe(true);
    const whole = Array.from({ length: bytes.length }, (_each, to) => to).filter((to) =>
      isDataSet(bytes.subarray(0, to), isExplicit),
    );
    expect(whole).toHaveLength(3);
  }
});

test('no bytes are too strange to be looked at', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isExplicit) => {
      expect(typeof isDataSet(Buffer.from(bytes), isExplicit)).toBe('boolean');
    }),
  );
  const deep = Buffer.from('00400001ffffffff00fffee0ffffffff'.repeat(2000), 'hex');
  expect(isDataSet(deep, false)).toBe(false);
});

test('Latin texts', () => {
  expect(
    [{ PatientName: 'Müller' }, { PatientName: '山田' }, { ReferencedStudySequence: [{ CodeMeaning: 'ł' }] }].map(
      isLatin1,
    ),
  ).toEqual([true, false, false]);
});
