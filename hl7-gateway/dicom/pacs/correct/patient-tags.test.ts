import fc from 'fast-check';
import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { TagChange } from '../client/orthanc-instances.ts';
import { isOutdated, neededChange, roomFor, type CorrectedPatient } from './patient-tags.ts';

const MR = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] };
const SYSTEM = 'urn:oid:1.2.3';

const ANNA: JsonObject = {
  resourceType: 'Patient',
  id: 'anna',
  identifier: [
    { system: 'urn:other', value: 'X-1' },
    { type: MR, system: SYSTEM, value: 'P-2' },
    { use: 'old', system: SYSTEM, value: 'P-1' },
    { system: 'urn:lab', value: 'L-1' },
  ],
  name: [
    { use: 'maiden', family: 'Alt' },
    { use: 'official', family: 'Müller', given: ['Anna', 'Maria'], prefix: ['Dr.'] },
  ],
  gender: 'female',
  birthDate: '1980-02-03',
};
/** Merged into her: the number that the laboratory gave is not hers any more. */
const REPLACED: JsonObject = { resourceType: 'Patient', id: 'old', identifier: [{ system: 'urn:lab', value: 'L-1' }] };

function corrected(patient: JsonObject = ANNA): CorrectedPatient {
  return { patient, replaced: [REPLACED], assigners: new Map(), today: '2026-11-26' };
}

const RIGHT = {
  PatientID: 'P-2',
  IssuerOfPatientID: '1.2.3',
  PatientName: 'Müller^Anna^Maria^Dr.',
  PatientBirthDate: '19800203',
  PatientSex: 'F',
};

test.each<readonly [string, object, object | undefined]>([
  ['what is right', {}, undefined],
  ['a name in other letters', { PatientName: 'MÜLLER^ANNA^MARIA^DR.^' }, undefined],
  ['another current number', { PatientID: 'X-1', IssuerOfPatientID: 'urn:other' }, undefined],
  ['an old number', { PatientID: 'P-1' }, { replace: { PatientID: 'P-2', IssuerOfPatientID: '1.2.3' } }],
  [
    'a number of who was merged',
    { PatientID: 'L-1', IssuerOfPatientID: 'urn:lab' },
    { replace: { PatientID: 'P-2', IssuerOfPatientID: '1.2.3' }, remove: ['IssuerOfPatientIDQualifiersSequence'] },
  ],
  ['a number of nobody', { PatientID: '??', IssuerOfPatientID: '' }, { replace: { PatientID: 'P-2' } }],
  ['another birth date', { PatientBirthDate: '' }, { replace: { PatientID: 'P-2', PatientBirthDate: '19800203' } }],
  ['a mark that was left', { PatientID: 'P-2#moving' }, { replace: { PatientID: 'P-2' } }],
])('%s', (_, wrong, expected) => {
  const change = neededChange({ ...RIGHT, ...wrong }, corrected());
  if (expected === undefined) expect(change).toBeUndefined();
  else expect(change).toMatchObject(expected);
});

test('what the record does not say is left, and images of nobody knows whom are left whole', () => {
  const { gender, birthDate, name, ...unsaid } = ANNA;
  expect([gender, birthDate, name]).not.toContain(undefined);
  expect(neededChange({ ...RIGHT, PatientName: 'Else', PatientSex: '' }, corrected(unsaid))).toBeUndefined();
  expect(
    neededChange({ PatientID: '??', PatientName: 'Else' }, corrected({ ...ANNA, identifier: [] })),
  ).toBeUndefined();
});

test('numbers that their patient has no more are seen', () => {
  const is = (id: string, isNew = false, patient = ANNA): boolean =>
    isOutdated(patient, [{ id, issuer: '' }], new Map(), isNew);
  expect([is('P-2'), is('P-1'), is('??'), is('')]).toEqual([false, true, true, false]);
  const merged = { ...ANNA, link: [{ type: 'replaces', other: { reference: 'Patient/old' } }] };
  expect([is('P-2', true, merged), is('P-2', false, merged)]).toEqual([true, false]);
});

const applied = (tags: JsonObject, { replace, remove }: TagChange): JsonObject => {
  const changed: JsonObject = { ...tags, ...replace };
  for (const name of remove) if (!(name in replace)) Reflect.deleteProperty(changed, name);
  return changed;
};
const part = fc.constantFrom('', 'P-1', 'P-2', 'L-1', 'X-1', '?', 'P-2#moving', 'P-1#moving');
const anyTags = fc.record({
  PatientID: part,
  IssuerOfPatientID: fc.constantFrom('', '1.2.3', 'urn:lab', 'urn:other', 'ELSEWHERE'),
  PatientName: fc.constantFrom('', 'Alt', RIGHT.PatientName, 'a=b'),
  PatientBirthDate: fc.constantFrom('', '19800203', '1980'),
  PatientSex: fc.constantFrom('', 'F', 'M'),
});

test('after the change there is nothing to change, also where it was cut short in between', () => {
  fc.assert(
    fc.property(anyTags, (tags) => {
      const change = neededChange(tags, corrected());
      if (change === undefined) return;
      expect(neededChange(applied(tags, change), corrected())).toBeUndefined();
      const half = applied(tags, roomFor(change));
      const rest = neededChange(half, corrected());
      if (rest === undefined) throw new Error('the mark would stay');
      const done = applied(half, rest);
      expect(neededChange(done, corrected())).toBeUndefined();
      expect(done.PatientID).toBe(change.replace.PatientID);
    }),
  );
});
