import { isObject, parseJson } from '../../kernel/json.ts';
import { compareValues, equalValues } from './compare-values.ts';
import { typedValue, type TypedValue } from './item-extensions.ts';

function value(text: string): TypedValue {
  const owner = parseJson(`{${text}}`);
  const found = isObject(owner) ? typedValue(owner) : undefined;
  if (found === undefined) throw new Error(`${text} has no value`);
  return found;
}

function quantity(number: string, unit: string): string {
  return `"valueQuantity": {"value": ${number}, "system": "http://unitsofmeasure.org", "code": "${unit}"}`;
}

test.each([
  ['"valueInteger": 3', '"valueDecimal": 3.0', 0],
  ['"valueDecimal": 0.30000000000000000001', '"valueDecimal": 0.3', 1],
  ['"valueDate": "2024-02-01"', '"valueDate": "2024-03"', -1],
  ['"valueDate": "2024-03-01"', '"valueDate": "2024-03"', undefined],
  ['"valueDate": "2024-03"', '"valueDateTime": "2024-03-01T10:00:00Z"', undefined],
  ['"valueDateTime": "2024-03-01T10:00:00+02:00"', '"valueDateTime": "2024-03-01T09:00:00Z"', -1],
  ['"valueTime": "10:00:00"', '"valueTime": "10:00:00.000"', 0],
  ['"valueTime": "10:00:10"', '"valueTime": "10:00:09.5"', 1],
  ['"valueString": "a"', '"valueString": "b"', -1],
  ['"valueString": "a"', '"valueInteger": 1', undefined],
  [quantity('1', 'kg'), quantity('1000', 'g'), 0],
  [quantity('1', 'kg'), quantity('999.9', 'g'), 1],
  [quantity('1', 'kg'), quantity('1', 'm'), undefined],
  [quantity('1.50', 'kg'), '"valueDecimal": 1.5', 0],
  ['"valueQuantity": {"value": 2, "unit": "cups"}', '"valueQuantity": {"value": 3, "unit": "cups"}', -1],
  ['"valueQuantity": {"value": 2, "unit": "cups"}', '"valueQuantity": {"value": 3, "unit": "pots"}', undefined],
])('%s and %s', (a, b, expected) => {
  const order = compareValues(value(a), value(b));
  expect(order === undefined ? undefined : Math.sign(order)).toBe(expected);
});

test.each([
  ['"valueBoolean": true', '"valueBoolean": true', true],
  ['"valueBoolean": true', '"valueBoolean": false', false],
  ['"valueUri": "http://x.org"', '"valueString": "http://x.org"', true],
  ['"valueCoding": {"system": "s", "code": "a"}', '"valueCoding": {"system": "s", "code": "a", "display": "A"}', true],
  ['"valueCoding": {"system": "s", "code": "a"}', '"valueCoding": {"system": "t", "code": "a"}', false],
  ['"valueReference": {"reference": "Patient/1"}', '"valueReference": {"reference": "Patient/1"}', true],
  [quantity('1', 'kg'), quantity('1000', 'g'), true],
  [quantity('1', 'kg'), '"valueCoding": {"system": "s", "code": "kg"}', false],
])('%s is %s: %s', (a, b, expected) => {
  expect(equalValues(value(a), value(b))).toBe(expected);
});
