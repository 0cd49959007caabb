import { placeInJson } from './json-place.ts';

const TEXT = `{
  "resourceType": "Patient",
  "note": "a } \\" ] brace",
  "name": [ { "family": "A" }, {
    "given": ["B", "C"] } ],
  "valueQuantity" : { "value": 1.50 },
  "active":true
}`;

test.each([
  ['Patient', 1, 1],
  ['Patient.name', 4, 11],
  ['Patient.name[1]', 4, 32],
  ['Patient.name[1].given[1]', 5, 20],
  ['Patient.value', 6, 21],
  ['Patient.value.ofType(Quantity).value', 6, 32],
  ['Patient.value[0].value', 6, 32],
  ['Patient.active', 7, 12],
  ['Patient.name[0].period.start', 4, 13],
  ['Patient.name[7].given', 4, 11],
  ['Patient.missing', 1, 1],
  ['http.body', 1, 1],
])('%s stands in line %i, column %i', (expression, line, column) => {
  expect(placeInJson(TEXT, expression)).toEqual({ line, column });
});

test('deep values are passed over without recursion', () => {
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)},"b":1}`;
  expect(placeInJson(deep, 'X.b')).toEqual({ line: 1, column: deep.length - 1 });
});
