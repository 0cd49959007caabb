import type { JsonValue } from '../../../server/kernel/json.ts';
import { r5Form } from './r5-form.ts';
import { difference } from './template.ts';

const rules = { fhirVersion: '4.0.1', modes: new Set(['general']), isMinimum: false };

test.each<[JsonValue, JsonValue, string | undefined]>([
  ['a', 'a', undefined],
  ['$uuid$', 'urn:uuid:7fd71a73-448e-43de-8018-4dfea36a7368', undefined],
  ['$uuid$', '7fd71a73', ": '7fd71a73' instead of '$uuid$'"],
  ['http://a|$version$', 'http://a|4.0.1', undefined],
  ['$choice:a|b$', 'b', undefined],
  ['$choice:a|b$', 'c', ": 'c' instead of '$choice:a|b$'"],
  ['$fragments:One|two$', 'two and one', undefined],
  ['$external:1:code1$', 'whatever about Code1', undefined],
  ['$external:1:code1$', 'whatever', ": 'whatever' instead of '$external:1:code1$'"],
  [{ a: 1 }, { a: 1, b: 2 }, '.b is not expected'],
  [{ a: 1, b: 2 }, { a: 1 }, '.b is missing'],
  [{ '$optional-properties$': ['b'], b: 2 }, {}, undefined],
  [[1, 2], [2, 1], undefined],
  [[1, 2], [1], ': missing 2'],
  [[1], [1, 1], '[1] is not expected: 1'],
  [[{ $optional$: true, a: 1 }], [], undefined],
  [[{ $optional$: '!tx.fhir.org', a: 1 }], [], undefined],
  [[{ $optional$: '!general', a: 1 }], [], ': missing {"$optional$":"!general","a":1}'],
  [[{ $optional$: 'version:4', a: 1 }], [], undefined],
  [[{ $optional$: 'version:5', a: 1 }], [], ': missing {"$optional$":"version:5","a":1}'],
  [{ '$count-arrays$': ['a'], a: [1, 2] }, { a: [3, 4] }, undefined],
  [{ '$count-arrays$': ['a'], a: [1, 2] }, { a: [3] }, '.a: 1 instead of 2'],
])('%j against %j: %s', (expected, actual, found) => {
  expect(difference(expected, actual, rules)).toBe(found);
});

test('a template of the least lets more pass', () => {
  const least = { ...rules, isMinimum: true };
  expect(
    difference({ a: [{ name: 'x' }] }, { a: [{ name: 'y' }, { name: 'x', more: 1 }], b: 1 }, least),
  ).toBeUndefined();
  expect(difference({ a: [{ name: 'x' }] }, { a: [{ name: 'y' }] }, least)).toBe('.a: missing {"name":"x"}');
});

test('elements of R5 stand in extensions of R4', () => {
  const extension = (url: string, ...parts: JsonValue[]): JsonValue => ({ url, extension: parts });
  const url = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property';
  const given = [
    { code: 'a', extension: [extension(url, { url: 'code', valueCode: 'legs' }, { url: 'value', valueInteger: 4 })] },
  ];
  expect(r5Form(given)).toEqual([{ code: 'a', property: [{ code: 'legs', valueInteger: 4 }] }]);
});
