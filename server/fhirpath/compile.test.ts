import { loadDefinitions } from '../definitions/load.ts';
import { numberText, parseJson, stringifyJson, type JsonObject } from '../kernel/json.ts';
import { compilePath } from './compile.ts';
import { FhirpathCostError } from './model/env.ts';

const definitions = loadDefinitions();

const PATIENT = parseJson(`{
  "resourceType": "Patient", "id": "p1",
  "contained": [{"resourceType": "Practitioner", "id": "c", "name": [{"family": "Inner"}]}],
  "name": [{"family": "Chalmers", "given": ["Peter", "James"]}, {"given": ["Jim"]}],
  "birthDate": "1974-12-25",
  "_birthDate": {"extension": [{"url": "http://x.org/score", "valueDecimal": 1.50}]},
  "multipleBirthInteger": 2,
  "generalPractitioner": [
    {"reference": "Practitioner/d1/_history/2"}, {"reference": "http://x.org/fhir/Organization/o1"},
    {"reference": "#c"}, {"reference": "urn:uuid:1", "type": "PractitionerRole"}, {"display": "someone"}
  ]
}`) as JsonObject;

const OBSERVATION = parseJson(`{
  "resourceType": "Observation", "status": "final", "code": {"text": "c"},
  "component": [{"valueQuantity": {"value": 120.0}}, {"valueQuantity": {"value": 80}}, {"valueInteger": 7}]
}`) as JsonObject;

function typeOf({ resourceType }: JsonObject): string {
  if (typeof resourceType !== 'string') throw new Error('no resource');
  return resourceType;
}

function select(expression: string, resource: JsonObject): string[] {
  const values = compilePath(expression, typeOf(resource), definitions)(resource);
  return values.map(({ value, type }) => `${type} ${stringifyJson(value)}`);
}

describe('compilePath selects typed values', () => {
  test.each([
    ['Patient.name.given.first()', ['string "Peter"']],
    ['Patient.name.last().given', ['string "Jim"']],
    ["Patient.name.where(given.exists($this = 'James')).family", ['string "Chalmers"']],
    ["Patient.name.first().given.join(' ')", ['string "Peter James"']],
    ['Patient.name.given.count()', ['integer 3']],
    ['Patient.birthDate < @2000-01-01', ['boolean true']],
    ['Patient.birthDate + 1 day', ['date "1974-12-26"']],
    ['Patient.birthDate.extension.value', ['decimal 1.5']],
    ['Patient.birthDate.extension', ['Extension {"url":"http://x.org/score","valueDecimal":1.50}']],
    ['Patient.multipleBirth + 0.1', ['decimal 2.1']],
    ['Patient.multipleBirth as integer', ['integer 2']],
    [
      "Patient.iif(multipleBirth > 1, 1.50 'mg', {})",
      ['Quantity {"value":1.50,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}'],
    ],
    ['Patient.nothing.first()', []],
    ['Resource.id.lower()', ['string "p1"']],
    ['%resource.birthDate.first()', ['date "1974-12-25"']],
    ['Patient.contained.first()', [`Resource ${stringifyJson((PATIENT.contained as JsonObject[])[0] ?? {})}`]],
    ['Patient.contained.ofType(Practitioner).name.first().family', ['string "Inner"']],
  ])('%s', (expression, expected) => {
    expect(select(expression, PATIENT)).toEqual(expected);
  });

  test.each([
    [
      'Patient.generalPractitioner.where(resolve() is Practitioner).reference',
      ['"Practitioner/d1/_history/2"', '"#c"'],
    ],
    ['Patient.generalPractitioner.where(resolve() is Organization).reference', ['"http://x.org/fhir/Organization/o1"']],
    ['Patient.generalPractitioner.where(resolve() is PractitionerRole).reference', ['"urn:uuid:1"']],
    ['Patient.generalPractitioner.resolve().ofType(Practitioner).name.family', ['"Inner"']],
  ])('%s', (expression, expected) => {
    expect(select(expression, PATIENT)).toEqual(expected.map((text) => `string ${text}`));
  });

  test('a resolved reference is a Resource of which the type and id are known', () => {
    expect(select('Patient.generalPractitioner.resolve().ofType(Organization)', PATIENT)).toEqual([
      'Resource {"resourceType":"Organization","id":"o1"}',
    ]);
  });
});

describe('parent and key tell where a value stands', () => {
  test.each([
    ['Observation.component.value.ofType(Quantity).value.first()', OBSERVATION, '120.0'],
    ['Observation.component.where(value is integer).value', OBSERVATION, '7'],
    ['Patient.birthDate.extension.value', PATIENT, '1.50'],
    ['1.50 + 0.05', PATIENT, '1.55'],
    ['Patient.name.count()', PATIENT, '2'],
  ])('%s has the digits as written', (expression, resource, digits) => {
    const [found] = compilePath(expression, typeOf(resource), definitions)(resource);
    if (found === undefined) throw new Error('nothing found');
    expect(numberText(found.parent, String(found.key))).toBe(digits);
  });

  test('evaluation leaves the resource as it was', () => {
    const before = stringifyJson(PATIENT);
    select('Patient.descendants().ofType(Reference)', PATIENT);
    expect(stringifyJson(PATIENT)).toBe(before);
  });
});

describe('Patient.deceased', () => {
  const expression = 'Patient.deceased.exists() and Patient.deceased != false';
  // The second spelling is evaluated as collections, which is the judge of the first.
  test.each([
    [{}, false],
    [{ deceasedBoolean: false }, false],
    [{ deceasedBoolean: true }, true],
    [{ deceasedDateTime: '2020' }, true],
    [{ _deceasedDateTime: { extension: [{ url: 'http://x.org', valueCode: 'unknown' }] } }, true],
  ])('%j', (content, expected) => {
    const patient: JsonObject = { resourceType: 'Patient', ...content };
    expect(select(expression, patient)).toEqual([`boolean ${expected}`]);
    expect(select(`(${expression}) | {}`, patient)).toEqual([`boolean ${expected}`]);
  });
});

test.each([
  ["Patient.name.family.repeat($this & 'a')"],
  ["Patient.name.family.repeat($this & $this & 'a')"],
  ['Patient.descendants().select(%resource).distinct().select(%resource.descendants().combine(%resource))'],
  ["repeat(1 | 2 | 3 | $this.toString() & 'x')"],
])('%s ends', (expression) => {
  const started = performance.now();
  let selected = 0;
  try {
    selected = select(expression, PATIENT).length;
  } catch (error) {
    expect(error).toBeInstanceOf(FhirpathCostError);
  }
  expect(selected).toBeLessThan(2000);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('an expression that fails on a resource selects nothing there', () => {
  expect(select('Patient.name.single().family', PATIENT)).toEqual([]);
});

describe('compilePath refuses', () => {
  test.each([
    ['Patient.name.(', 'line: 1; column: 14; message: "(" where the name of an element or function is expected'],
    ['Patient..name', 'line: 1; column: 9; message: "." where the name'],
    ['a b', 'line: 1; column: 3'],
    ["'x", 'line: 1; column: 1; message: the string has no end'],
    ['Patient.name.foo()', 'line: 1; column: 14; message: foo() cannot be used here; usable are abs, aggregate, all,'],
    ["Patient.name.family.matches('(a+)+$')", 'column: 21; message: matches() cannot be used here'],
    ['Patient.birthDate < today()', 'column: 21; message: today() cannot be used here'],
    ['Patient.name.where()', 'where() takes 1 arguments, not 0'],
    ['Patient.name.exists(given, family)', 'exists() takes 0 to 1 arguments, not 2'],
    ['%nobody.name', '%nobody is not known; known are %resource'],
    ['Patient.name as Nonsense', 'Nonsense'],
    ['Patient.name.ofType(Nonsense)', 'Nonsense'],
  ])('%s', (expression, message) => {
    expect(() => compilePath(expression, 'Patient', definitions)).toThrow(message);
  });
});
