import { draftOf, valueOf } from '../reading/draft.fixture.ts';
import { address } from './address.ts';
import { contactPoint } from './contact-point.ts';
import { humanNames, nameText } from './human-name.ts';
import { languageConcept } from './language.ts';
import { locationReference } from './location.ts';
import { organizationReference } from './organization.ts';
import { practitionerReference } from './practitioner.ts';

test.each([
  ['DOE^JOHN', [{ family: 'DOE', given: ['JOHN'] }]],
  [
    'O\\T\\Neil^Anne Marie^B^Jr^Dr^MD^L',
    [{ family: 'O&Neil', given: ['Anne Marie', 'B'], prefix: ['Dr'], suffix: ['Jr', 'MD'], use: 'official' }],
  ],
  ['^^^^^^N^^^^^^^^Bob', [{ use: 'nickname', given: ['Bob'] }]],
  [
    'Beethoven&van&Beethoven&von&Breuning^Ludwig^^^^^D',
    [
      {
        family: 'Beethoven',
        given: ['Ludwig'],
        use: 'usual',
        _family: {
          extension: [
            { url: 'http://hl7.org/fhir/StructureDefinition/humanname-own-prefix', valueString: 'van' },
            { url: 'http://hl7.org/fhir/StructureDefinition/humanname-own-name', valueString: 'Beethoven' },
            { url: 'http://hl7.org/fhir/StructureDefinition/humanname-partner-prefix', valueString: 'von' },
            { url: 'http://hl7.org/fhir/StructureDefinition/humanname-partner-name', valueString: 'Breuning' },
          ],
        },
      },
    ],
  ],
  ['DOE^JOHN^^^^^^^^2020&2021', [{ family: 'DOE', given: ['JOHN'], period: { start: '2020', end: '2021' } }]],
  ['DOE^JOHN^^^^^XYZ', [{ family: 'DOE', given: ['JOHN'] }]],
])('XPN %s', (sent, expected) => {
  const { draft, value } = valueOf(sent);
  expect(humanNames(value, draft)).toEqual(expected);
});

test('a name as text has the family name last', () => {
  expect(nameText(valueOf('DOE^JOHN^A^Jr^Dr').value)).toBe('Dr JOHN A DOE Jr');
});

test.each([
  [
    '12 Main St^Apt 3^Town^KY^42010^USA^H',
    { line: ['12 Main St', 'Apt 3'], city: 'Town', state: 'KY', postalCode: '42010', country: 'USA', use: 'home' },
  ],
  ['1000&Hospital Lane&5^^^^^^M', { line: ['1000', 'Hospital Lane', '5'], type: 'postal' }],
  ['^^Town^^^^BA^^Kent', { city: 'Town', district: 'Kent', use: 'old' }],
  [
    '^^Town^^^^L',
    {
      city: 'Town',
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/alternate-codes',
          valueCodeableConcept: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0190', code: 'L' }] },
        },
      ],
    },
  ],
])('XAD %s', (sent, expected) => {
  const { draft, value } = valueOf(sent);
  expect(address(value, draft)).toEqual(expected);
});

test.each([
  ['(608)271-9000', { system: 'phone', value: '(608)271-9000', use: 'home' }],
  ['0634814^WPN^PH', { system: 'phone', value: '0634814', use: 'work' }],
  ['^PRN^CP^^1^555^1234567', { system: 'phone', value: '+1 555 1234567', use: 'mobile' }],
  ['^^Internet^a@b.example', { system: 'email', value: 'a@b.example', use: 'home' }],
  ['^NET^^a@b.example', { system: 'email', value: 'a@b.example' }],
  ['a@b.example', { system: 'email', value: 'a@b.example', use: 'home' }],
  ['12^^FX', { system: 'fax', value: '12', use: 'home' }],
  ['12^^BP', { system: 'pager', value: '12', use: 'home' }],
  ['^^PH^^^^7777^12', { system: 'phone', value: '7777 X12', use: 'home' }],
])('XTN %s', (sent, expected) => {
  const { draft, value } = valueOf(sent);
  expect(contactPoint(value, draft, 'home')).toMatchObject(expected);
});

test('a person with a number and its giver is a Practitioner, stored once; others are named only', () => {
  const draft = draftOf(
    'ZZZ|7^Smith^Ann^^^Dr^MD^^NPIID&2.16.1&ISO^L^^^NPI~7^Smith^Ann^^^^^^X&2.16.1&ISO~8^Jones^B~^Brown^C',
  );
  const references =
    draft
      .first('ZZZ')
      ?.values(1)
      .map((value) => practitionerReference(value, draft)) ?? [];
  const [entry, ...others] = draft.finish().entries;
  expect(others).toEqual([]);
  expect(entry).toMatchObject({
    mode: 'create',
    match: ['identifier=urn%3Aoid%3A2.16.1|7'],
    resource: { resourceType: 'Practitioner', name: [{ family: 'Smith', given: ['Ann'], use: 'official' }] },
  });
  expect(references).toEqual([
    { reference: entry?.fullUrl, display: 'Dr Ann Smith MD' },
    { reference: entry?.fullUrl, display: 'Ann Smith' },
    { type: 'Practitioner', identifier: { value: '8' }, display: 'B Jones' },
    { display: 'C Brown' },
  ]);
});

test('an organization with a number and its giver is stored, another one is named', () => {
  const known = valueOf('Lab^L^7^^^CMS');
  expect(organizationReference(known.value, known.draft)).toMatchObject({
    reference: expect.stringMatching(/^urn:uuid:/),
    display: 'Lab',
  });
  const named = valueOf('Lab^L');
  expect(organizationReference(named.value, named.draft)).toEqual({ display: 'Lab' });
});

test('a bed is known by the whole way to it, and each place on the way is stored', () => {
  const { draft, value } = valueOf('Ward 1&2.3&ISO^R/2^B3^Main^^^East^2^by the window');
  const reference = locationReference(value, draft);
  const { entries } = draft.finish();
  expect(
    entries.map(({ resource }) => [
      resource.name,
      (resource.physicalType as { coding: { code: string }[] }).coding[0]?.code,
    ]),
  ).toEqual([
    ['Main', 'si'],
    ['East', 'bu'],
    ['2', 'lvl'],
    ['Ward 1', 'wa'],
    ['R/2', 'ro'],
    ['B3', 'bd'],
  ]);
  const bed = entries.at(-1);
  expect(reference).toEqual({ reference: bed?.fullUrl, display: 'Main / East / 2 / Ward 1 / R/2 / B3' });
  expect(bed?.resource).toMatchObject({ description: 'by the window', partOf: { reference: entries.at(-2)?.fullUrl } });
  expect(bed?.match).toEqual([expect.stringContaining(encodeURIComponent('4:Main/7:East/8:2/1:Ward 1/2:R%2F2/3:B3'))]);
});

test.each([
  ['eng^English^HL70296', 'en'],
  ['ger', 'de'],
  ['pt-BR', 'pt-BR'],
])('language %s', (sent, code) => {
  const { draft, value } = valueOf(sent);
  expect(languageConcept(value, draft)).toMatchObject({
    coding: [{ system: 'urn:ietf:bcp:47', code }, expect.anything()],
  });
});

test('a language that is no tag is kept as text', () => {
  const { draft, value } = valueOf('E1^Elvish');
  expect(languageConcept(value, draft)).toEqual({ text: 'Elvish' });
});
