import fc from 'fast-check';
import { isObject, parseJson, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { structureValidator } from './structure.fixture.ts';

const validate = structureValidator();

function object(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new Error(`${text} is no object`);
  return value;
}

/** A valid resource of the type with the content. */
function resource(type: string, content: string): JsonObject {
  const needed: Readonly<Record<string, string>> = {
    Observation: '"status": "final", "code": {"text": "c"}',
    MedicationRequest: '"status": "active", "intent": "order", "subject": {"display": "s"}',
  };
  const parts = [`"resourceType": "${type}"`, needed[type] ?? '', content].filter((part) => part !== '');
  return object(`{${parts.join(', ')}}`);
}

const EXTENSION = '{"url": "http://x.org", "valueCode": "unknown"}';

describe('accepted', () => {
  test.each([
    ['Patient', ''],
    ['Patient', '"name": [{"given": ["A", "B"]}]'],
    ['Patient', `"name": [{"given": ["A", null], "_given": [null, {"extension": [${EXTENSION}]}]}]`],
    ['Patient', `"name": [{"given": ["A", "B"], "_given": [{"id": "1"}]}]`],
    ['Patient', `"name": [{"_given": [{"extension": [${EXTENSION}]}]}]`],
    ['Patient', `"birthDate": "2020", "_birthDate": {"id": "b", "extension": [${EXTENSION}]}`],
    ['Patient', `"_birthDate": {"extension": [${EXTENSION}]}`],
    ['Patient', `"deceasedBoolean": true, "_deceasedBoolean": {"id": "d"}`],
    ['Patient', '"contact": [{"name": {"family": "F"}}]'],
    [
      'Patient',
      '"contained": [{"resourceType": "Organization", "id": "o"}], "managingOrganization": {"reference": "#o"}',
    ],
    ['Patient', '"extension": [{"url": "http://x.org", "extension": [{"url": "a", "valueDecimal": 1.00}]}]'],
    ['Patient', `"extension": [{"url": "http://x.org", "_valueDecimal": {"extension": [${EXTENSION}]}}]`],
    ['Observation', '"valueQuantity": {"value": 1e2}'],
    ['Bundle', '"type": "collection", "entry": [{"resource": {"resourceType": "Patient"}}]'],
    ['Parameters', '"parameter": [{"name": "r", "resource": {"resourceType": "Patient", "active": true}}]'],
    ['Questionnaire', '"status": "draft", "item": [{"type": "display", "text": "t"}]'],
  ])('%s %s', (type, content) => {
    expect(validate(resource(type, content))).toEqual([]);
  });

  test.each([
    'Patient/1',
    'Patient/1/_history/2',
    'http://x.org/fhir/Patient/1',
    'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
    '#',
    '#p',
    'Patient?identifier=http://x.org|a b',
  ])('reference %s', (reference) => {
    expect(validate(resource('Observation', `"subject": {"reference": "${reference}"}`))).toEqual([]);
  });
});

describe('refused', () => {
  test.each([
    ['Patient', '"nmae": []', 'Patient.nmae', 'structure', '"nmae" is no element of Patient. The closest are: name,'],
    ['Observation', '"value": "x"', 'Observation.value', 'structure', 'The closest are: valueQuantity,'],
    ['Patient', '"_name": []', 'Patient._name', 'structure', 'no element of Patient'],
    ['Patient', '"_id": {"id": "1"}', 'Patient._id', 'structure', 'no element of Patient'],
    ['Patient', '"constructor": 1', 'Patient.constructor', 'structure', 'no element of Patient'],
    [
      'Patient',
      '"name": [{"resourceType": "HumanName"}]',
      'Patient.name[0].resourceType',
      'structure',
      'no element of HumanName',
    ],
    ['Patient', '"birthDate": ["2020"]', 'Patient.birthDate', 'structure', 'birthDate occurs at most once'],
    ['Patient', '"name": {"family": "F"}', 'Patient.name', 'structure', 'name can repeat. Expected an array'],
    ['Patient', '"name": []', 'Patient.name', 'structure', 'must not be an empty array'],
    ['Patient', '"name": [{}]', 'Patient.name[0]', 'structure', 'An object must not be empty'],
    ['Patient', '"name": [null]', 'Patient.name[0]', 'structure', 'name must not hold null'],
    [
      'Patient',
      '"name": ["F"]',
      'Patient.name[0]',
      'structure',
      'Expected a JSON object with the elements of a HumanName',
    ],
    ['Patient', '"name": [[]]', 'Patient.name[0]', 'structure', 'Expected a JSON object'],
    ['Patient', '"birthDate": null', 'Patient.birthDate', 'structure', 'must not be null'],
    [
      'Patient',
      '"birthDate": 2020',
      'Patient.birthDate',
      'structure',
      'Expected a JSON string (a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD), found: number',
    ],
    [
      'Patient',
      '"birthDate": "2024-02-30"',
      'Patient.birthDate',
      'value',
      '"2024-02-30" is no date; expected a date of the calendar',
    ],
    ['Patient', '"active": "true"', 'Patient.active', 'structure', 'true or false, without quotes'],
    ['Patient', '"multipleBirthInteger": 1.0', 'Patient.multipleBirth', 'value', '1.0 is no integer'],
    ['Patient', '"multipleBirthInteger": 1e2', 'Patient.multipleBirth', 'value', '1e2 is no integer'],
    ['Patient', '"multipleBirthInteger": 1.5', 'Patient.multipleBirth', 'value', '1.5 is no integer'],
    [
      'Patient',
      '"multipleBirthInteger": 2147483648',
      'Patient.multipleBirth',
      'value',
      'from -2147483648 to 2147483647',
    ],
    ['Patient', '"photo": [{"size": -1}]', 'Patient.photo[0].size', 'value', 'from 0 to'],
    ['Patient', '"telecom": [{"rank": 0}]', 'Patient.telecom[0].rank', 'value', 'from 1 to'],
    [
      'Observation',
      '"valueQuantity": {"value": "1"}',
      'Observation.value.value',
      'structure',
      'a number, without quotes',
    ],
    ['Patient', '"id": "a_b"', 'Patient.id', 'value', '"a_b" is no id; expected 1 to 64 characters'],
    ['Patient', '"gender": " male"', 'Patient.gender', 'value', '" male" is no code'],
    [
      'Patient',
      '"name": [{"given": ["A", null]}]',
      'Patient.name[0].given[1]',
      'structure',
      'where _given has an item',
    ],
    [
      'Patient',
      '"name": [{"given": ["A", null], "_given": [{"id": "1"}]}]',
      'Patient.name[0].given[1]',
      'structure',
      'null is only',
    ],
    ['Patient', '"name": [{"_given": [null]}]', 'Patient.name[0].given[0]', 'structure', 'where given has an item'],
    [
      'Patient',
      '"name": [{"given": ["A"], "_given": {"id": "1"}}]',
      'Patient.name[0].given',
      'structure',
      '_given can repeat. Expected an array',
    ],
    [
      'Patient',
      '"_birthDate": {"value": "x"}',
      'Patient.birthDate.value',
      'structure',
      '"value" is no element of Element',
    ],
    ['Patient', '"_birthDate": {}', 'Patient.birthDate', 'structure', 'must not be empty'],
    [
      'Patient',
      '"deceasedBoolean": true, "deceasedDateTime": "2020"',
      'Patient.deceased',
      'structure',
      'deceasedBoolean and deceasedDateTime exclude each other',
    ],
    [
      'Patient',
      '"deceasedBoolean": true, "_deceasedDateTime": {"id": "1"}',
      'Patient.deceased',
      'structure',
      'exclude each other',
    ],
    [
      'Patient',
      '"communication": [{"preferred": true}]',
      'Patient.communication[0].language',
      'required',
      'Patient.communication needs the element language',
    ],
    [
      'MedicationRequest',
      '',
      'MedicationRequest.medication',
      'required',
      'needs one of medicationCodeableConcept, medicationReference',
    ],
    [
      'Questionnaire',
      '"status": "draft", "item": [{"type": "group"}]',
      'Questionnaire.item[0].linkId',
      'required',
      'needs the element linkId',
    ],
    [
      'Patient',
      '"extension": [{"valueCode": "a"}]',
      'Patient.extension[0].url',
      'required',
      'Extension needs the element url',
    ],
    ['Patient', '"extension": [{"url": "http://x.org"}]', 'Patient.extension[0]', 'structure', 'has no value'],
    [
      'Patient',
      `"extension": [{"url": "a", "valueCode": "b", "extension": [${EXTENSION}]}]`,
      'Patient.extension[0]',
      'structure',
      'has a value and nested',
    ],
    [
      'Patient',
      '"text": {"status": "generated", "div": "hello"}',
      'Patient.text.div',
      'value',
      'well-formed XHTML div',
    ],
    [
      'Patient',
      '"contained": [{"resourceType": "Patient", "contained": [{"resourceType": "Patient"}]}]',
      'Patient.contained[0]',
      'structure',
      'must not contain others',
    ],
    ['Patient', '"contained": [{"id": "1"}]', 'Patient.contained[0]', 'structure', 'A resource without resourceType'],
    ['Patient', '"contained": ["x"]', 'Patient.contained[0]', 'structure', 'elements of a resource'],
    [
      'Bundle',
      '"type": "batch", "entry": [{"resource": {"resourceType": "Foo"}}]',
      'Bundle.entry[0].resource',
      'structure',
      '"Foo" is no resource type',
    ],
    [
      'Bundle',
      '"type": "batch", "entry": [{"resource": {"resourceType": "Patient", "x": 1}}]',
      'Bundle.entry[0].resource.x',
      'structure',
      'no element of Patient',
    ],
  ])('%s %s', (type, content, expression, code, text) => {
    const [issue, ...others] = validate(resource(type, content));
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ severity: 'error', code, expression: [expression] });
    expect(issue?.text).toContain(text);
  });

  test.each([
    '',
    'Patient',
    'Foo/1',
    'Patient/a_b',
    'Patient/1/2',
    'Patient/1/_history',
    'Patient/1/_history/2/3',
    'a b',
    '# p',
    ':x',
  ])('reference %j', (reference) => {
    const [issue] = validate(resource('Observation', `"subject": {"reference": "${reference}"}`));
    expect(issue).toMatchObject({ code: 'value', expression: ['Observation.subject.reference'] });
    expect(issue?.text).toContain('expected Type/id, Type/id/_history/version, #id');
  });

  test.each(['{}', '{"resourceType": 1}', '{"resourceType": "DomainResource"}', '{"resourceType": "constructor"}'])(
    '%s',
    (text) => {
      expect(validate(object(text))).toMatchObject([
        { severity: 'error', code: 'structure', expression: ['Resource'] },
      ]);
    },
  );
});

test('everything that is missing or wrong is found at once', () => {
  const issues = validate(
    object('{"resourceType": "Observation", "issued": "2020", "component": [{"valueString": ""}]}'),
  );
  expect(issues.map(({ expression }) => expression?.[0])).toEqual([
    'Observation.issued',
    'Observation.component[0].value',
    'Observation.component[0].code',
    'Observation.status',
    'Observation.code',
  ]);
});

describe('a hundred thousand errors are reported as a hundred, soon and in short texts', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => 'x'.repeat(100) + String(index));
  test.each([
    ['in as many objects', { name: names.map((name) => ({ [name]: 'y' })) }],
    ['in one object', Object.fromEntries(names.map((name) => [name, 'y']))],
    ['in one array', { name: [{ given: names.map(() => '') }] }],
  ])('%s', (_where, content) => {
    const patient: JsonObject = { resourceType: 'Patient', ...content };
    const started = process.cpuUsage();
    const issues = validate(patient);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
    expect(issues).toHaveLength(100);
    for (const { text } of issues) expect(text.length).toBeLessThan(400);
  });
});

describe('whatever is sent', () => {
  const valid = resource(
    'Observation',
    `"id": "o", "meta": {"lastUpdated": "2020-01-01T00:00:00Z"}, "category": [{"coding": [{"system": "http://x.org", "code": "c"}]}],
     "subject": {"reference": "Patient/1"}, "effectiveDateTime": "2020-01-01", "valueQuantity": {"value": 1.50, "unit": "mg"},
     "contained": [{"resourceType": "Patient", "id": "p"}], "component": [{"code": {"text": "c"}, "valueInteger": 5}]`,
  );

  /** Places that can be replaced, as paths of keys. */
  function places(value: JsonValue, path: readonly string[] = []): (readonly string[])[] {
    if (value === null || typeof value !== 'object') return [path];
    return [
      path,
      ...Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : places(item, [...path, key]))),
    ];
  }

  function replaced(value: JsonValue, [key, ...rest]: readonly string[], by: JsonValue): JsonValue {
    if (key === undefined) return by;
    if (Array.isArray(value))
      return value.map((item, index) => (String(index) === key ? replaced(item, rest, by) : item));
    if (!isObject(value)) return value;
    return { ...value, [key]: replaced(value[key] ?? null, rest, by) };
  }

  const inner = places(valid).filter((path) => path.length > 0);

  test('no mutation makes it throw, and an unknown property is always found', () => {
    expect(validate(valid)).toEqual([]);
    fc.assert(
      fc.property(
        fc.constantFrom(...inner),
        fc.jsonValue({ maxDepth: 3 }),
        fc.string({ minLength: 1 }),
        (path, by, name) => {
          const mutant = replaced(valid, path, by);
          if (!isObject(mutant)) throw new Error('the root was replaced');
          for (const { text, expression } of validate(mutant)) {
            expect(text).not.toBe('');
            expect(expression).toHaveLength(1);
          }
          const extended = replaced(valid, [...path.slice(0, -1), `~${name}`], by);
          if (isObject(extended) && !/^\d+$/.test(path.at(-1) ?? '')) expect(validate(extended)).not.toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('no text of any kind in place of another makes it throw', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        validate({ ...(content as JsonObject), resourceType: 'Patient' });
      }),
    );
  });
});
