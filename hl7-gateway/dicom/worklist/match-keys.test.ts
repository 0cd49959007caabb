import fc from 'fast-check';
import type { DataSet } from '../dimse/data-set.ts';
import { hasUnknownKeys, matches } from './match-keys.ts';

const step = (keys: Record<string, string>): DataSet => ({ ScheduledProcedureStepSequence: [keys] });
const ENTRY: DataSet = {
  PatientName: 'Müller^Änne=山田^花子',
  PatientID: '4711',
  AccessionNumber: 'A1',
  StudyInstanceUID: '1.2.3',
  ...step({
    Modality: 'CT',
    ScheduledProcedureStepStartDate: '20260705',
    ScheduledProcedureStepStartTime: '103000',
  }),
};
const at = (date: string, time = ''): DataSet =>
  step({ ScheduledProcedureStepStartDate: date, ScheduledProcedureStepStartTime: time });

test.each<[string, DataSet, boolean]>([
  ['nothing', {}, true],
  ['empty keys', { PatientName: '', ...step({ Modality: '' }), ReferencedStudySequence: [] }, true],
  ['a sequence with an empty item', { ScheduledProcedureStepSequence: [{}] }, true],
  ['one value', { PatientID: '4711' }, true],
  ['another value', { PatientID: '471' }, false],
  ['case of numbers', { AccessionNumber: 'a1' }, false],
  ['a name in other letters', { PatientName: 'MULLER^ANNE' }, true],
  ['a name with empty parts', { PatientName: 'müller^änne^^^' }, true],
  ['a name by its ideograms', { PatientName: '山田*' }, true],
  ['a name by its beginning alone', { PatientName: 'Müller' }, false],
  ['stars', { PatientName: '*', PatientID: '4*2?' }, false],
  ['wild cards', { PatientName: 'M?ller*', PatientID: '4*1' }, true],
  ['a list of UIDs', { StudyInstanceUID: '1.2\\1.2.3' }, true],
  ['no wild cards in UIDs', { StudyInstanceUID: '1.2.*' }, false],
  ['a modality', step({ Modality: 'CT' }), true],
  ['another modality', step({ Modality: 'MR' }), false],
  ['one of two items', { ScheduledProcedureStepSequence: [{ Modality: 'MR' }, { Modality: 'CT' }] }, true],
  ['a sequence that the entry has not', { OtherPatientIDsSequence: [{ PatientID: '1' }] }, false],
  ['the day', at('20260705'), true],
  ['another day', at('20260706'), false],
  ['days around', at('20260701-20260731'), true],
  ['days before', at('-20260704'), false],
  ['days from', at('20260705-'), true],
  ['the minute', at('20260705', '1030'), true],
  ['an hour of another', at('20260705', '0900-1000'), false],
  ['an hour to its end', at('20260705', '09-10'), true],
  ['days and times are one span', at('20260704-20260706', '180000-090000'), true],
  ['the span ends with its time', at('20260704-20260705', '100000-102959'), false],
  ['the span is open at one side', at('20260705-', '103100-'), false],
  ['colons of old systems', at('2026.07.05', '10:30:00'), true],
  ['keys that no entry has', { Manufacturer: 'X' }, true],
])('%s', (_name, keys, expected) => {
  expect(matches(ENTRY, keys)).toBe(expected);
});

test('an entry whose time nobody knows is on the list of its day', () => {
  expect(matches(at('20260705'), at('20260705', '0800-0900'))).toBe(true);
  expect(matches(at('', ''), at('20260705'))).toBe(false);
});

test('keys that nothing is matched by are told, where they have a value', () => {
  expect(
    [{ Manufacturer: 'X' }, { Manufacturer: '' }, step({ Modality: 'CT' }), step({ Rows: '1' })].map(hasUnknownKeys),
  ).toEqual([true, false, false, true]);
});

test('any pattern is done with soon, and a text fits itself', () => {
  const text = fc.stringMatching(/^[ab*?]{0,64}$/);
  fc.assert(
    fc.property(text, text, (value, pattern) => {
      const plain = value.replace(/[*?]/g, 'a');
      const expected = new RegExp(`^${pattern.replace(/\*+/g, '.*').replaceAll('?', '.')}$`).test(plain);
      // A long row of stars between letters is what naive expressions fail at.
      fc.pre(pattern.split('*').length < 6);
      expect(matches({ PatientID: plain }, { PatientID: pattern })).toBe(pattern === '' || expected);
    }),
  );
  expect(matches({ PatientID: 'a'.repeat(64) }, { PatientID: `${'*a'.repeat(32)}b` })).toBe(false);
});
