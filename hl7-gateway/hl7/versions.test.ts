import { checkSequence } from './sequence-number.ts';
import { structureOf } from './structures.ts';
import { isFrom, isKnownVersion, nearestVersion } from './versions.ts';

test.each([
  ['2.5.1', '2.5.1'],
  ['2.5', '2.5'],
  ['2.5.2', '2.5.1'],
  ['2.8.2', '2.8'],
  ['2.9', '2.8'],
  ['3.0', '2.8'],
  ['2.0', '2.1'],
  ['1.9', '2.1'],
  ['2.3.z', '2.3'],
  ['2.31', '2.8'],
  ['v2.4', '2.4'],
  ['2.6^AUS', '2.6'],
  ['', '2.5.1'],
  ['D', '2.5.1'],
  [`2.${'9'.repeat(400)}`, '2.8'],
])('%j is read as %s', (sent, version) => expect(nearestVersion(sent)).toBe(version));

test('known versions', () => {
  expect(['2.1', '2.8.2', '2.5.1'].map(isKnownVersion)).toEqual([true, true, true]);
  expect(['', '2.9', '2.3.z'].map(isKnownVersion)).toEqual([false, false, false]);
  expect([isFrom('2.3.1', '2.3'), isFrom('2.3', '2.3.1'), isFrom('2.8.2', '2.7')]).toEqual([true, false, true]);
});

test.each([
  ['ADT^A01', 'ADT_A01'],
  ['ADT^A08', 'ADT_A01'],
  ['ADT^A31', 'ADT_A05'],
  ['ADT^A40', 'ADT_A39'],
  ['ADT^A34', 'ADT_A30'],
  ['SIU^S26', 'SIU_S12'],
  ['MDM^T10', 'MDM_T02'],
  ['QBP^Q22', 'QBP_Q21'],
  ['ORU^R01', 'ORU_R01'],
  ['ZZZ^Z01', 'ZZZ_Z01'],
  ['ORU', 'ORU'],
])('the structure of %s is %s', (event, structure) => expect(structureOf(event)).toBe(structure));

test.each([
  ['', 5, { kind: 'unnumbered', last: 5, answer: undefined }],
  ['6', 5, { kind: 'next', last: 6, answer: 7 }],
  ['17', undefined, { kind: 'next', last: 17, answer: 18 }],
  ['5', 5, { kind: 'out-of-step', last: 5, answer: 6 }],
  ['8', 5, { kind: 'out-of-step', last: 5, answer: 6 }],
  ['x', 5, { kind: 'out-of-step', last: 5, answer: 6 }],
  ['x', undefined, { kind: 'out-of-step', last: undefined, answer: -1 }],
  ['1.5', undefined, { kind: 'out-of-step', last: undefined, answer: -1 }],
  ['0', 5, { kind: 'start', last: 5, answer: 6 }],
  ['0', undefined, { kind: 'start', last: undefined, answer: -1 }],
  ['-1', 5, { kind: 'reset', last: undefined, answer: -1 }],
])('sequence number %j after %s', (sent, last, check) => expect(checkSequence(sent, last)).toEqual(check));
