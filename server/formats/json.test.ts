import { JsonSyntaxError, stringifyJson } from '../kernel/json.ts';
import { readJson } from './json.ts';

describe('readJson', () => {
  test.each<[string, string]>([
    ['{"a":[1.00,null,{}]}', '{"a":[1.00,null,{}]}'],
    ['{"fhir_comments":["c"],"a":1.0}', '{"a":1.0}'],
    ['{"a":"x","_a":{"fhir_comments":["c"]}}', '{"a":"x"}'],
    ['{"a":"x","_a":{"id":"1","fhir_comments":["c"]}}', '{"a":"x","_a":{"id":"1"}}'],
    ['{"a":["x","y"],"_a":[{"fhir_comments":["c"]},{"id":"1"}]}', '{"a":["x","y"],"_a":[null,{"id":"1"}]}'],
    ['{"a":["x","y"],"_a":[{"fhir_comments":["c"]},null]}', '{"a":["x","y"]}'],
    ['{"b":{"c":{"fhir_comments":["c"]}},"d":false,"e":""}', '{"d":false,"e":""}'],
    ['{"a":{},"b":[],"fhir_comments":["c"]}', '{"a":{},"b":[]}'],
    ['{"a":"fhir_comments"}', '{"a":"fhir_comments"}'],
  ])('%s → %s', (text, expected) => {
    expect(stringifyJson(readJson(text))).toBe(expected);
  });

  test('passes limits and errors on', () => {
    expect(() => readJson('[[[]]]', { maxDepth: 2 })).toThrow(JsonSyntaxError);
  });
});
