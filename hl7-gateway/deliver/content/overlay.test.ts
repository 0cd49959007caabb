import fc from 'fast-check';
import { numberText, parseJson, stringifyJson, type JsonObject } from '../../../server/kernel/json.ts';
import type { MappedEntry } from '../../map/mapped-message.ts';
import { firstContent, isAddition, overlaid } from './overlay.ts';
import { isSameJson } from './same-json.ts';

type Saying = Partial<Omit<MappedEntry, 'resource'>> & { readonly resource?: JsonObject };

function after(stored: JsonObject, { resource = {}, ...more }: Saying): JsonObject {
  return overlaid(stored, { resource: { resourceType: 'Patient', ...resource }, ...more });
}

test.each<[string, JsonObject, Saying, JsonObject]>([
  ['absent stays', { gender: 'male' }, { resource: { birthDate: '2000' } }, { gender: 'male', birthDate: '2000' }],
  [
    'given replaces',
    { name: [{ family: 'a' }] },
    { resource: { name: [{ family: 'b' }] } },
    { name: [{ family: 'b' }] },
  ],
  ['deleted goes, with its extensions', { birthDate: '2000', _birthDate: { id: 'x' } }, { clears: ['birthDate'] }, {}],
  [
    'extensions of the old value go',
    { birthDate: '2000', _birthDate: { id: 'x' } },
    { resource: { birthDate: '2001' } },
    { birthDate: '2001' },
  ],
  [
    'part of a list is deleted',
    {
      telecom: [
        { use: 'home', value: '1' },
        { use: 'work', value: '2' },
      ],
    },
    { clears: ['telecom[use=home]'], adds: ['telecom'], resource: { telecom: [{ use: 'home', value: '3' }] } },
    {
      telecom: [
        { use: 'work', value: '2' },
        { use: 'home', value: '3' },
      ],
    },
  ],
  [
    'of a list that with both values',
    {
      identifier: [
        { system: 'a', value: '1|2' },
        { system: 'b', value: '1|2' },
      ],
    },
    { clears: ['identifier[system|value=a|1|2]'] },
    { identifier: [{ system: 'b', value: '1|2' }] },
  ],
  ['the last of a list is deleted', { telecom: [{ use: 'home' }] }, { clears: ['telecom[use=home]'] }, {}],
  [
    'what has a value deep within is deleted',
    {
      participant: [
        { type: [{ coding: [{ code: 'ATND' }, { code: 'X' }] }] },
        { type: [{ coding: [{ code: 'REF' }] }] },
      ],
    },
    { clears: ['participant[type.coding.code=ATND]'] },
    { participant: [{ type: [{ coding: [{ code: 'REF' }] }] }] },
  ],
  [
    'what is no list grows by its elements',
    { period: { start: '2026' } },
    { adds: ['period', 'hospitalization'], resource: { period: { end: '2027' }, hospitalization: { id: 'h' } } },
    { period: { start: '2026', end: '2027' }, hospitalization: { id: 'h' } },
  ],
  [
    'the same is added once',
    { telecom: [{ value: '1' }] },
    { adds: ['telecom'], resource: { telecom: [{ value: '1' }] } },
    { telecom: [{ value: '1' }] },
  ],
  [
    'identifiers never go',
    { identifier: [{ system: 's', value: '1' }] },
    { clears: ['identifier'], resource: { identifier: [{ system: 's', value: '2' }] } },
    {
      identifier: [
        { system: 's', value: '1' },
        { system: 's', value: '2' },
      ],
    },
  ],
  [
    'an old identifier stays old',
    { identifier: [{ system: 's', value: '1', use: 'old' }] },
    { resource: { identifier: [{ system: 's', value: '1', use: 'official' }] } },
    { identifier: [{ system: 's', value: '1', use: 'old' }] },
  ],
  [
    'extensions replace those of their url',
    {
      extension: [
        { url: 'a', valueCode: '1' },
        { url: 'b', valueCode: '1' },
      ],
    },
    {
      resource: {
        extension: [
          { url: 'a', valueCode: '2' },
          { url: 'a', valueCode: '3' },
        ],
      },
    },
    {
      extension: [
        { url: 'b', valueCode: '1' },
        { url: 'a', valueCode: '2' },
        { url: 'a', valueCode: '3' },
      ],
    },
  ],
  [
    'one of a choice',
    { valueString: 'x', _valueString: { id: 'i' } },
    { resource: { valueQuantity: { value: 1 } } },
    { valueQuantity: { value: 1 } },
  ],
  [
    'names that only begin alike are no choice',
    { valueSet: 'x', effectiveness: 'y' },
    { resource: { valueString: 'z' } },
    { valueSet: 'x', effectiveness: 'y', valueString: 'z' },
  ],
  [
    'labels are joined',
    { meta: { versionId: '3', tag: [{ code: 'a' }] } },
    { resource: { meta: { tag: [{ code: 'b' }], versionId: '9' } } },
    { meta: { versionId: '3', tag: [{ code: 'a' }, { code: 'b' }] } },
  ],
  ['the id is the server’s', { id: 'a' }, { resource: { id: 'b' } }, { id: 'a' }],
  [
    'a status is taken back',
    { status: 'finished', statusHistory: [{ status: 'in-progress' }, { status: 'finished' }] },
    { undo: 'status', resource: { status: 'cancelled' } },
    { status: 'in-progress', statusHistory: [{ status: 'in-progress' }, { status: 'finished' }] },
  ],
  [
    'a status with nothing before it',
    { status: 'planned', statusHistory: [{ status: 'planned' }] },
    { undo: 'status', resource: { status: 'cancelled' } },
    { status: 'cancelled', statusHistory: [{ status: 'planned' }] },
  ],
])('%s', (_what, stored, said, is) => {
  expect(after(stored, said)).toEqual(is);
});

test('of an Observation a value and the reason why there is none exclude each other', () => {
  const said = (stored: JsonObject, resource: JsonObject): JsonObject =>
    after(stored, { resource: { ...resource, resourceType: 'Observation' } });
  expect(said({ dataAbsentReason: { text: 'x' } }, { valueString: 'y' })).toEqual({ valueString: 'y' });
  expect(said({ valueString: 'y' }, { dataAbsentReason: { text: 'x' } })).toEqual({ dataAbsentReason: { text: 'x' } });
});

test('digits are kept and count', () => {
  const stored = parseJson('{"resourceType":"Basic","a":1.50,"b":2.0}') as JsonObject;
  const said = overlaid(stored, {
    resource: parseJson('{"resourceType":"Basic","b":3.00}') as MappedEntry['resource'],
  });
  expect(stringifyJson(said)).toBe('{"resourceType":"Basic","a":1.50,"b":3.00}');
  expect(numberText(stored, 'b')).toBe('2.0');
  expect(isSameJson(parseJson('[1.0]'), parseJson('[1.00]'))).toBe(false);
  expect(isSameJson(parseJson('{"a":1,"b":[2.0]}'), parseJson('{"b":[2.0],"a":1}'))).toBe(true);
});

test('what is stored for the first time has what the message does not say, and its own before that', () => {
  const entry: MappedEntry = {
    fullUrl: '',
    match: [],
    mode: 'upsert',
    resource: { resourceType: 'Encounter', status: 'planned' },
    defaults: { status: 'unknown', class: { code: 'AMB' } },
  };
  expect(firstContent(entry)).toEqual({ resourceType: 'Encounter', status: 'planned', class: { code: 'AMB' } });
  expect(isAddition(entry)).toBe(false);
  expect(
    isAddition({ ...entry, adds: ['note'], resource: { resourceType: 'Encounter', identifier: [], note: [] } }),
  ).toBe(true);
});

test('said twice is said once', () => {
  const word = fc.constantFrom('a', 'b', 'c');
  const item = fc.record({ url: word, system: word, value: word });
  const list = fc.array(item, { maxLength: 3 });
  const resource = fc.record(
    { gender: word, identifier: list, extension: list, telecom: list, valueString: word, valueCode: word },
    { requiredKeys: [] },
  );
  const clears = fc.subarray(['gender', 'telecom', 'telecom[value=a]', 'valueString']);
  fc.assert(
    fc.property(resource, resource, clears, fc.subarray(['telecom']), (stored, said, cleared, adds) => {
      const saying = { resource: said, clears: cleared, adds };
      const once = after(stored, saying);
      const twice = after(once, saying);
      if (!cleared.some((each) => each.startsWith('telecom'))) expect(isSameJson(twice, once)).toBe(true);
      expect(after(stored, {})).toEqual(stored);
    }),
  );
});
