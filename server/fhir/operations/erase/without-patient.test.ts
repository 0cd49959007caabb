import { loadDefinitions } from '../../../definitions/load.ts';
import { parseJson, stringifyJson, type JsonObject } from '../../../kernel/json.ts';
import { withoutPatient } from './without-patient.ts';
import { hasWord, wordsOf } from './words-of.ts';

const definitions = loadDefinitions();
const ME = { reference: 'Patient/1', display: 'Ada Lovelace' };
const OTHER = { reference: 'Patient/2' };
const words = wordsOf([
  {
    resourceType: 'Patient',
    name: [{ family: 'Lovelace', given: ['Ada', 'K.'] }],
    identifier: [{ value: 'A-4711' }],
    telecom: [{ value: '+1 (555) 0100' }],
  },
]);
const gone = { isGone: (reference: string) => reference === 'Patient/1', isForeign: () => false, words };

function left(resource: JsonObject): JsonObject | undefined {
  return withoutPatient(definitions, resource, gone);
}

test('words are what a person is known by', () => {
  expect(words.all).toEqual(
    expect.arrayContaining(['Lovelace', 'Ada Lovelace', 'Lovelace, Ada', 'Ada K. Lovelace', 'A-4711']),
  );
  expect(words.all).not.toContain('Ada');
  expect(words.telling).not.toContain('Lovelace');
});

test('what does not mention the patient is the same object', () => {
  const resource: JsonObject = { resourceType: 'Basic', code: { text: 'x' }, subject: OTHER };
  expect(left(resource)).toBe(resource);
});

test.each<[string, JsonObject, JsonObject | undefined]>([
  ['a reference', { resourceType: 'Basic', subject: ME, author: OTHER }, { resourceType: 'Basic', author: OTHER }],
  [
    'an item of a list that is about them',
    { resourceType: 'List', entry: [{ item: ME }, { item: OTHER }] },
    { resourceType: 'List', entry: [{ item: OTHER }] },
  ],
  [
    'the last item of an optional list',
    { resourceType: 'List', title: 'x', entry: [{ item: ME }] },
    { resourceType: 'List', title: 'x' },
  ],
  ['the last item of a required list', { resourceType: 'Provenance', target: [ME] }, undefined],
  ['a person who is nobody else', { resourceType: 'Person', link: [{ target: ME }] }, undefined],
  [
    'an extension',
    { resourceType: 'Basic', code: { text: 'x' }, extension: [{ url: 'u', valueReference: ME }] },
    { resourceType: 'Basic', code: { text: 'x' } },
  ],
  [
    'a name in a text, in any case',
    { resourceType: 'Task', description: 'call LOVELACE, ada or +1 (555) 0100; not Lovelacey' },
    { resourceType: 'Task', description: 'call [erased] or [erased]; not Lovelacey' },
  ],
  [
    'a number as a code is no text',
    { resourceType: 'Basic', code: { coding: [{ code: 'A-4711' }] } },
    { resourceType: 'Basic', code: { coding: [{ code: 'A-4711' }] } },
  ],
  [
    'an identifier',
    { resourceType: 'Basic', code: { text: 'x' }, identifier: [{ value: 'A-4711' }, { value: 'B' }] },
    { resourceType: 'Basic', code: { text: 'x' }, identifier: [{ value: 'B' }] },
  ],
  [
    'a reference by identifier',
    { resourceType: 'Basic', code: { text: 'x' }, subject: { identifier: { value: 'A-4711' } } },
    { resourceType: 'Basic', code: { text: 'x' } },
  ],
  [
    'a name of theirs in full, not that of a relative',
    {
      resourceType: 'Patient',
      name: [
        { family: 'Lovelace', given: ['Byron'] },
        { family: 'LOVELACE', given: ['Ada'] },
        { text: 'Ada Lovelace' },
      ],
    },
    { resourceType: 'Patient', name: [{ family: 'Lovelace', given: ['Byron'] }] },
  ],
  [
    'neither the display of a code, nor of somebody else',
    {
      resourceType: 'Basic',
      code: { coding: [{ code: 'x', display: 'Lovelace index' }] },
      subject: { ...OTHER, display: 'Byron Lovelace' },
      author: ME,
    },
    {
      resourceType: 'Basic',
      code: { coding: [{ code: 'x', display: 'Lovelace index' }] },
      subject: { ...OTHER, display: 'Byron Lovelace' },
    },
  ],
  [
    'a uri with a number of theirs, not one with the family name',
    {
      resourceType: 'Basic',
      code: { coding: [{ system: 'http://lovelace.example', code: 'x' }] },
      identifier: [{ system: 'http://x.example/A-4711', value: 'B' }],
    },
    {
      resourceType: 'Basic',
      code: { coding: [{ system: 'http://lovelace.example', code: 'x' }] },
      identifier: [{ value: 'B' }],
    },
  ],
  [
    'the narrative, when anything went',
    { resourceType: 'Basic', text: { status: 'generated', div: '<div/>' }, subject: ME, code: { text: 'x' } },
    { resourceType: 'Basic', code: { text: 'x' } },
  ],
  [
    'inside of what is contained',
    { resourceType: 'Basic', code: { text: 'x' }, contained: [{ resourceType: 'Basic', id: 'c', subject: ME }] },
    { resourceType: 'Basic', code: { text: 'x' }, contained: [{ resourceType: 'Basic', id: 'c' }] },
  ],
])('%s', (_, resource, expected) => {
  const copy = structuredClone(resource);
  expect(left(resource)).toEqual(expected);
  expect(resource).toEqual(copy);
});

test('numbers keep their digits', () => {
  const text =
    '{"resourceType":"Observation","performer":[{"reference":"Patient/1"}],"valueQuantity":{"value":1.500},"component":[{"valueQuantity":{"value":2.0}}]}';
  const result = left(parseJson(text) as JsonObject);
  expect(stringifyJson(result ?? {})).toBe(text.replace('"performer":[{"reference":"Patient/1"}],', ''));
});

test('no word makes a pattern that takes long', () => {
  const hostile = wordsOf([{ name: [{ text: `${'(a+)+'.repeat(50)}$` }, { text: '[\\' }, { text: '.*' }] }]);
  const started = performance.now();
  expect(hasWord('a'.repeat(100_000), hostile.allPattern)).toBe(false);
  expect(performance.now() - started).toBeLessThan(500);
});
