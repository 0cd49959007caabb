import { loadDefinitions } from '../definitions/load.ts';
import { isObject, parseJson, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { compileConstraint, type ConstraintPlace } from './constraint.ts';

const definitions = loadDefinitions();

function place(resource: JsonObject, more: Partial<ConstraintPlace> = {}): ConstraintPlace {
  return { parent: undefined, key: undefined, resource, rootResource: resource, ...more };
}

function holds(expression: string, type: string, text: string, more: Partial<ConstraintPlace> = {}): boolean {
  const value = parseJson(text);
  return compileConstraint(expression, type, definitions)(value, place(isObject(value) ? value : {}, more));
}

/** Every form that compiles to plain conditions, and ones that do not; both must answer alike. */
const CASES: [string, string, string, boolean][] = [
  ['name.exists() or telecom.exists()', 'Patient.contact', '{"name":{}}', true],
  ['name.exists() or telecom.exists()', 'Patient.contact', '{"gender":"male"}', false],
  ['birthDate.exists()', 'Patient', '{"resourceType":"Patient","_birthDate":{"id":"x"}}', true],
  ['birthDate.hasValue()', 'Patient', '{"resourceType":"Patient","_birthDate":{"id":"x"}}', false],
  ['name.given.exists()', 'Patient', '{"resourceType":"Patient","name":[{"family":"a"},{"given":["b"]}]}', true],
  ['value.empty()', 'Observation', '{"resourceType":"Observation","valueString":"x"}', false],
  ['value.exists()', 'Observation', '{"resourceType":"Observation","_valueString":{"id":"x"}}', true],
  ["status = 'final'", 'Observation', '{"resourceType":"Observation","status":"final"}', true],
  ["status != 'final'", 'Observation', '{"resourceType":"Observation","status":"final"}', false],
  ["Observation.status != 'final'", 'Observation', '{"resourceType":"Observation","status":"final"}', false],
  ["status != 'final'", 'Observation', '{"resourceType":"Observation"}', true],
  ["status in ('final' | 'amended')", 'Observation', '{"resourceType":"Observation","status":"draft"}', false],
  ["type.trace('t') = 'display' implies item.empty()", 'Questionnaire.item', '{"type":"display","item":[{}]}', false],
  ['repeats = true or initial.count() <= 1', 'Questionnaire.item', '{"repeats":false,"initial":[{},{}]}', false],
  ['repeats = true or initial.count() <= 1', 'Questionnaire.item', '{"repeats":true,"initial":[{},{}]}', true],
  ['(repeats.exists() and repeats) implies required', 'Questionnaire.item', '{"repeats":true,"required":false}', false],
  ['answer is Boolean', 'Questionnaire.item.enableWhen', '{"answerBoolean":true}', true],
  ['answer is Boolean', 'Questionnaire.item.enableWhen', '{"answerString":"x"}', false],
  ['answer is string', 'Questionnaire.item.enableWhen', '{"_answerString":{"id":"x"}}', true],
  ['start.hasValue().not() or start <= end', 'Period', '{"start":"2020-02-01","end":"2020-01-31"}', false],
  ['start <= end', 'Period', '{"start":"2020","end":"2020-01-31"}', true],
  ['start <= end', 'Period', '{"start":"2020-01-01T00:00:00+02:00","end":"2019-12-31T23:00:00Z"}', true],
  ['start <= end', 'Period', '{"start":"nonsense","end":"2019-12-31"}', true],
  ['low <= high', 'Range', '{"low":{"value":2,"unit":"a"},"high":{"value":1.5,"unit":"a"}}', false],
  ['low <= high', 'Range', '{"low":{"unit":"a"},"high":{"value":1.5,"unit":"a"}}', true],
  ['value > 0', 'Age', '{"value":0.0}', false],
  ['duration >= 0', 'Timing.repeat', '{"duration":-0.001}', false],
  ['duration <= 100', 'Timing.repeat', '{"duration":100.00000000000000000001}', false],
  ["where(use = 'home').empty()", 'Address', '{"use":"home"}', false],
  ["where(use = 'home').empty()", 'Address', '{"use":"work"}', true],
  ['system.empty() or system = %ucum', 'Quantity', '{"system":"urn:x"}', false],
  ["reference.startsWith('#').not()", 'Reference', '{"reference":"#a"}', false],
  ["name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')", 'ValueSet', '{"resourceType":"ValueSet","name":"no good"}', false],
  ["coding.where(system = 's' and code = 'c').exists()", 'CodeableConcept', '{"coding":[{"system":"s"}]}', false],
  ["coding.exists(system = 's' and code = 'c')", 'CodeableConcept', '{"coding":[{},{"system":"s","code":"c"}]}', true],
  ['coding.all(code.exists())', 'CodeableConcept', '{"coding":[{"code":"c"},{"system":"s"}]}', false],
  ['coding.all(code.exists())', 'CodeableConcept', '{"text":"t"}', true],
  ['coding.select(code).isDistinct()', 'CodeableConcept', '{"coding":[{"code":"c"},{"code":"c"}]}', false],
  ['coding.code.isDistinct()', 'CodeableConcept', '{"coding":[{"code":"c"},{"code":"d"}]}', true],
  [
    'descendants().linkId.isDistinct()',
    'Questionnaire',
    '{"resourceType":"Questionnaire","item":[{"linkId":"a","item":[{"linkId":"b"}]},{"linkId":"b"}]}',
    false,
  ],
  ['contained.meta.versionId.empty()', 'Patient', '{"contained":[{"meta":{"versionId":"1"}}]}', false],
  ["valueSet.startsWith('http:')", 'ElementDefinition.binding', '{"valueSet":"urn:x"}', false],
  ['start.exists() = end.exists()', 'Period', '{"start":"2020"}', false],
  ['start.exists() xor end.exists()', 'Period', '{"start":"2020"}', true],
  ["%resource.status = 'final'", 'Observation', '{"resourceType":"Observation","status":"draft"}', false],
  ['hasValue() or (children().count() > id.count())', 'Period', '{"id":"a"}', false],
];

describe('compileConstraint', () => {
  test.each(CASES)('%s on %s %s is %s', (expression, type, text, expected) => {
    expect(holds(expression, type, text)).toBe(expected);
  });

  test.each(CASES)('%s on %s %s is %s, evaluated as collections', (expression, type, text, expected) => {
    // Empty as the whole expression is where it has no answer.
    expect(holds(`iif(true, ${expression}, {})`, type, text)).toBe(expected);
  });
});

test('a primitive has its companion and digits', () => {
  const parent = parseJson('{"max":"*","_max":{"extension":[{"url":"u"}]},"factor":1.50}') as JsonObject;
  const value = (key: string): JsonValue => parent[key] ?? null;
  const check = (expression: string, type: string, key: string): boolean =>
    compileConstraint(expression, type, definitions)(value(key), place(parent, { parent, key }));
  expect(check("empty() or ($this = '*') or (toInteger() >= 0)", 'string', 'max')).toBe(true);
  expect(check("extension('u').exists()", 'string', 'max')).toBe(true);
  expect(check("toString() = '1.50'", 'decimal', 'factor')).toBe(true);
});

describe('contained resources', () => {
  const root = parseJson(`{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}],
    "managingOrganization":{"reference":"#o"}}`) as JsonObject;
  const dom3 = `contained.where((('#'+id in (%resource.descendants().reference |
    %resource.descendants().as(canonical))) or descendants().where(reference = '#').exists()).not()).empty()`;

  test('must be referred to', () => {
    const check = compileConstraint(dom3, 'Patient', definitions);
    expect(check(root, place(root))).toBe(true);
    const without: JsonObject = { ...root, managingOrganization: { reference: '#other' } };
    expect(check(without, place(without))).toBe(false);
  });

  test('%rootResource is the container', () => {
    const check = compileConstraint('reference.substring(1) in %rootResource.contained.id', 'Reference', definitions);
    const [contained] = root.contained as JsonObject[];
    const inContained = { ...place(contained ?? {}), rootResource: root };
    expect(check({ reference: '#o' }, inContained)).toBe(true);
    expect(check({ reference: '#x' }, inContained)).toBe(false);
  });

  test('resolve() finds them, and what the host knows', () => {
    const check = compileConstraint('managingOrganization.resolve() is Organization', 'Patient', definitions);
    expect(check(root, place(root))).toBe(true);
    const elsewhere: JsonObject = { ...root, managingOrganization: { reference: 'Practitioner/1' } };
    // Nobody knows it.
    expect(check(elsewhere, place(elsewhere))).toBe(true);
    const host = { resolve: (): JsonObject => ({ resourceType: 'Practitioner' }) };
    expect(check(elsewhere, place(elsewhere, { host }))).toBe(false);
  });
});

test('the host answers memberOf() and conformsTo()', () => {
  const asked: unknown[] = [];
  const host = {
    memberOf: (value: JsonValue, type: string, valueSet: string) => {
      asked.push([value, type, valueSet]);
      return false;
    },
    conformsTo: () => true,
  };
  expect(holds("gender.memberOf('http://v')", 'Patient', '{"resourceType":"Patient","gender":"male"}')).toBe(true);
  expect(holds("gender.memberOf('http://v')", 'Patient', '{"resourceType":"Patient","gender":"male"}', { host })).toBe(
    false,
  );
  expect(holds("conformsTo('http://p').not()", 'Patient', '{"resourceType":"Patient"}', { host })).toBe(false);
  expect(asked).toEqual([['male', 'code', 'http://v']]);
});

test('what does not fit the value is an error, not an answer', () => {
  const text = '{"resourceType":"Patient","name":[{},{}]}';
  expect(() => holds('name.single().exists()', 'Patient', text)).toThrow('single() takes one value, not 2');
});

test('every constraint of R4 compiles', () => {
  for (const type of definitions.resourceTypes) {
    const open = [type];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const definition = definitions.type(next);
      for (const { expression } of definition?.constraints ?? []) compileConstraint(expression, next, definitions);
      for (const { element, type: code } of definition?.properties.values() ?? []) {
        if (code.code.startsWith(`${type}.`) && code.code.startsWith(`${next}.`)) open.push(code.code);
        for (const { expression } of element.constraints) compileConstraint(expression, code.code, definitions);
      }
    }
  }
});
