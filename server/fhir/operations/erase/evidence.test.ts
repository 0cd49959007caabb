import type { JsonObject } from '../../../kernel/json.ts';
import { isAbout } from './evidence.ts';
import { mentionOf } from './mention-of.ts';
import { wordsOf } from './words-of.ts';

const words = wordsOf([
  {
    resourceType: 'Patient',
    name: [{ family: 'Low', given: ['Ada', 'K.'] }],
    birthDate: '1815-12-10',
    identifier: [{ system: 'urn:mrn', value: '4711' }, { value: 'B-1' }],
    telecom: [{ system: 'phone', value: '555-0100' }],
  },
]);
const BASE = 'https://clinic.example/fhir/';
const evidence = {
  words,
  isGone: (reference: string) => ['Patient/1', 'Observation/o.1', `${BASE}Patient/1`].includes(reference),
  isForeign: (address: string) => address.startsWith('http') && !address.startsWith(BASE),
};
const entry = (fullUrl: string, resource: JsonObject): JsonObject => ({ entry: [{ fullUrl, resource }] });
const FIRST = { resourceType: 'Patient', id: '1' };

const named = { name: [{ family: 'low', given: ['ADA'] }] };

test.each<[string, boolean, JsonObject]>([
  ['a reference', true, { subject: { reference: 'Patient/1' } }],
  ['a reference to another one', false, { subject: { reference: 'Patient/11' } }],
  ['a reference to what is erased', true, { focus: [{ reference: 'Observation/o.1' }] }],
  ['an address within a text', true, { note: [{ text: 'See Patient/1.' }] }],
  ['a copy', true, { entry: [{ resource: { resourceType: 'Patient', id: '1' } }] }],
  ['a copy by its address', true, entry(`${BASE}Patient/1`, FIRST)],
  ['the same id on another server', false, entry('https://lab.example/Patient/1', FIRST)],
  [
    'a relative reference of another server',
    false,
    entry('https://lab.example/Basic/2', { resourceType: 'Basic', subject: { reference: 'Patient/1' } }),
  ],
  [
    'a whole reference in an entry of another server',
    true,
    entry('https://lab.example/Basic/2', { resourceType: 'Basic', subject: { reference: `${BASE}Patient/1` } }),
  ],
  [
    'an identifier in an entry of another server',
    true,
    entry('https://lab.example/Patient/7', {
      resourceType: 'Patient',
      identifier: [{ system: 'urn:mrn', value: '4711' }],
    }),
  ],
  ['an address of another server', false, { subject: { reference: 'https://lab.example/Patient/1' } }],
  ['the id of another type', false, { entry: [{ resource: { resourceType: 'Group', id: '1' } }] }],
  ['an identifier', true, { identifier: [{ system: 'urn:mrn', value: '4711' }] }],
  ['an identifier without a system', true, { subject: { identifier: { value: 'B-1' } } }],
  ['the value in another system', false, { identifier: [{ system: 'urn:orders', value: '4711' }] }],
  ['the number as a quantity', false, { valueQuantity: { value: 4711 } }],
  ['the name and the date of birth', true, { contained: [{ ...named, birthDate: '1815-12-10' }] }],
  ['the name and another date of birth', false, { contained: [{ ...named, birthDate: '1999-01-01' }] }],
  ['the name alone', false, { ...named, note: [{ text: 'Ada Low' }] }],
  ['the family name as a word', false, { interpretation: [{ text: 'Low' }] }],
])('%s: %s', (_, expected, resource) => {
  expect(isAbout({ resourceType: 'Basic', ...resource }, evidence)).toBe(expected);
});

test.each<[string, boolean]>([
  ['/fhir/R4/Patient/1/_history/1', true],
  ['{"resourceType":"Observation","id":"o.1"}', true],
  ['Patient?name=Ada Low', true],
  ['call 555-0100', true],
  ['Patient/12', false],
  ['see Patient/1.', true],
  ['https://clinic.example/FHIR/Patient/1?x=y', true],
  ['version 1 is Low', false],
  ['{"id":"11"}', false],
])('what is kept for a while: %s: %s', (text, expected) => {
  expect(mentionOf(['Patient/1', 'Observation/o.1'], words)(text)).toBe(expected);
});
