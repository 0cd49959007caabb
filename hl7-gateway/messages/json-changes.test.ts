import { parseJson, type JsonObject } from '../../server/kernel/json.ts';
import { elementChanges } from './json-changes.ts';

const json = (text: string): JsonObject => parseJson(text) as JsonObject;

test.each([
  ['{"a":1}', '{"a":1}', []],
  ['{"a":1.0}', '{"a":1.00}', [{ path: 'a', before: '1.0', after: '1.00' }]],
  ['{"name":[{"given":["A","B"]}]}', '{"name":[{"given":["A"]}]}', [{ path: 'name[0].given[1]', before: 'B' }]],
  [
    '{"meta":{"versionId":"1"}}',
    '{"resourceType":"Patient","meta":{"versionId":"2"},"active":true}',
    [{ path: 'active', after: 'true' }],
  ],
  [
    '{"a":{"b":"x"}}',
    '{"a":{"c":"x"}}',
    [
      { path: 'a.c', after: 'x' },
      { path: 'a.b', before: 'x' },
    ],
  ],
])('what makes %s to %s', (before, after, changes) => {
  expect(elementChanges(json(before), json(after))).toEqual(changes);
});

test('of a new resource all values are told', () => {
  expect(elementChanges(undefined, json('{"status":"final","value":[1,2]}'))).toEqual([
    { path: 'status', after: 'final' },
    { path: 'value[0]', after: '1' },
    { path: 'value[1]', after: '2' },
  ]);
});
