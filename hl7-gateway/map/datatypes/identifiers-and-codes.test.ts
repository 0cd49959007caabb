import { administrativeSex, maritalStatus } from '../codes/patient-codes.ts';
import { draftOf, valueOf } from '../reading/draft.fixture.ts';
import { code, coding, concept } from './concept.ts';
import { identifierOfCx, identifierOfDln, identifierOfEi, matchOf } from './identifier.ts';

const V2 = 'http://terminology.hl7.org/CodeSystem/v2';

test.each([
  ['12345^^^MRN', { system: 'https://lab.example/MRN', value: '12345', assigner: { display: 'MRN' } }],
  [
    '003555^^^&1.2.3&ISO^MR',
    { type: { coding: [{ system: `${V2}-0203`, code: 'MR' }] }, system: 'urn:oid:1.2.3', value: '003555' },
  ],
  ['7^^^A^ZZZ', { type: { text: 'ZZZ' }, system: 'https://lab.example/A', value: '7', assigner: { display: 'A' } }],
  ['7', { value: '7' }],
  [
    '7^^^A^^^20200101^2021',
    {
      system: 'https://lab.example/A',
      value: '7',
      assigner: { display: 'A' },
      period: { start: '2020-01-01', end: '2021' },
    },
  ],
])('CX %s', (sent, expected) => {
  const { draft, value } = valueOf(sent);
  expect(identifierOfCx(value, draft)).toEqual(expected);
});

test('what has no number is no identifier', () => {
  const { draft, value } = valueOf('^^^A^MR');
  expect(identifierOfCx(value, draft)).toBeUndefined();
});

test('check digit and assigning facility are kept', () => {
  const { draft, value } = valueOf('7^3^M11^A^MR^North');
  expect(identifierOfCx(value, draft)?.extension).toEqual([
    { url: 'http://hl7.org/fhir/StructureDefinition/identifier-checkDigit', valueString: '3' },
    { url: 'http://hl7.org/fhir/StructureDefinition/namingsystem-checkDigit', valueString: 'M11' },
    { url: 'https://athanor.health/fhir/StructureDefinition/assigning-facility', valueString: 'North' },
  ]);
});

test('EI and DLN', () => {
  const order = valueOf('986^PHIMS^2.16.840^ISO');
  const identifier = identifierOfEi(order.value, order.draft, { type: 'PLAC' });
  expect(identifier).toMatchObject({ system: 'urn:oid:2.16.840', value: '986', type: { coding: [{ code: 'PLAC' }] } });
  expect(matchOf(identifier)).toBe('identifier=urn%3Aoid%3A2.16.840|986');
  const license = valueOf('D1^KY^20300101');
  expect(identifierOfDln(license.value, license.draft)).toMatchObject({
    system: 'https://lab.example/KY',
    value: 'D1',
    period: { end: '2030-01-01' },
  });
});

test('characters of the search are escaped in a match', () => {
  expect(matchOf({ system: 'https://a?b=c&d', value: '1|2,3' })).toBe(
    'identifier=https%3A%2F%2Fa%3Fb%3Dc%26d|1%7C2%2C3',
  );
});

test.each([
  [
    '8867-4^Heart rate^LN',
    { coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Heart rate' }], text: 'Heart rate' },
  ],
  [
    'A^a^L^B^b^LN^^^original',
    {
      coding: [
        { system: 'https://lab.example/codes/L', code: 'A', display: 'a' },
        { system: 'http://loinc.org', code: 'B', display: 'b' },
      ],
      text: 'original',
    },
  ],
  ['^only text', { text: 'only text' }],
  ['1&2', { coding: [{ system: 'https://lab.example/codes/none', code: '1&2' }] }],
  ['H^^HL70189', { coding: [{ system: `${V2}-0189`, code: 'H' }] }],
  ['QQ^^HL70189', { coding: [{ system: 'https://athanor.health/fhir/hl7/lab/codes/HL70189', code: 'QQ' }] }],
])('CWE %s', (sent, expected) => {
  const { draft, value } = valueOf(sent);
  expect(concept(value, draft)).toEqual(expected);
});

test('a code of a mapped table comes with what FHIR has for it; one that the map does not know is told', () => {
  const known = valueOf('M');
  expect(concept(known.value, known.draft, { map: maritalStatus })?.coding).toEqual([
    { system: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus', code: 'M' },
    { system: `${V2}-0002`, code: 'M' },
  ]);
  const unknown = valueOf('Q^quiet');
  expect(concept(unknown.value, unknown.draft, { map: maritalStatus })).toMatchObject({ text: 'quiet' });
  expect(unknown.draft.finish().unmappedCodes).toEqual([
    {
      place: 'ZZZ-1',
      source: 'HL70002',
      code: 'Q',
      display: 'quiet',
      target: 'http://terminology.hl7.org/CodeSystem/v3-MaritalStatus',
      isRequired: false,
    },
  ]);
});

test("the partner's answer comes first", () => {
  const { draft, value } = valueOf('W^woman^LAB');
  expect(code(value, draft, administrativeSex, true)).toBe('female');
  expect(coding(value, draft, { map: administrativeSex })).toMatchObject({ code: 'female' });
});

test('a code that must be there and is not known says so', () => {
  const { draft, value } = valueOf('X');
  expect(code(value, draft, administrativeSex, true)).toBeUndefined();
  expect(draft.finish().unmappedCodes).toMatchObject([{ code: 'X', isRequired: true }]);
});

test('two fields that name the same thing share its entry', () => {
  const draft = draftOf();
  const first = draft.add('A', {
    resource: { resourceType: 'Location', name: 'a' },
    match: ['identifier=s|1'],
    mode: 'create',
  });
  const second = draft.add('B', {
    resource: { resourceType: 'Location', status: 'active' },
    match: ['identifier=s|1'],
    mode: 'upsert',
  });
  expect(second).toBe(first);
  expect(draft.finish().entries).toMatchObject([{ mode: 'upsert', resource: { status: 'active' } }]);
});
