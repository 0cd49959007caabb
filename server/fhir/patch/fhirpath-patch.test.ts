import { loadDefinitions } from '../../definitions/load.ts';
import { Fault } from '../../kernel/fault.ts';
import { parseJson, stringifyJson, type JsonObject } from '../../kernel/json.ts';
import { applyPatch } from './apply-patch.ts';

const definitions = loadDefinitions();

/** Parts of one operation: the value part as JSON members behind its name, the others by name. */
function operation(type: string, path: string, parts: Record<string, string | number> = {}, value?: string): string {
  const list = Object.entries(parts).map(([name, part]) =>
    JSON.stringify({ name, [typeof part === 'number' ? 'valueInteger' : 'valueString']: part }),
  );
  const valuePart = value === undefined ? [] : [`{"name":"value",${value}}`];
  const fixed = [
    JSON.stringify({ name: 'type', valueCode: type }),
    JSON.stringify({ name: 'path', valueString: path }),
  ];
  return `{"name":"operation","part":[${[...fixed, ...list, ...valuePart].join()}]}`;
}

const add = (path: string, name: string, value: string): string => operation('add', path, { name }, value);
const remove = (path: string): string => operation('delete', path);
const replace = (path: string, value: string): string => operation('replace', path, {}, value);
const insert = (path: string, index: number, value: string): string => operation('insert', path, { index }, value);
const move = (path: string, source: number, destination: number): string =>
  operation('move', path, { source, destination });

/** Patches a resource given and answered without its braces and type. */
function patched(type: string, members: string, ...operations: string[]): string {
  const head = `{"resourceType":"${type}"`;
  const resource = parseJson(members === '' ? `${head}}` : `${head},${members}}`) as JsonObject;
  const body = parseJson(`{"resourceType":"Parameters","parameter":[${operations.join()}]}`);
  const before = [stringifyJson(resource), stringifyJson(body)];
  const apply = (): JsonObject => applyPatch(resource, { contentType: 'application/fhir+json', body }, definitions);
  const result = stringifyJson(apply());
  // A patch is applied again when another writer was faster.
  expect(stringifyJson(apply())).toBe(result);
  expect([stringifyJson(resource), stringifyJson(body)]).toEqual(before);
  return result.slice(head.length, -1).replace(/^,/, '');
}

describe('FHIRPath Patch', () => {
  test.each<[string, string, string, readonly string[], string]>([
    [
      'keeps the digits of numbers',
      'Observation',
      '"valueQuantity":{"value":1.0}',
      [replace('Observation.value.value', '"valueDecimal":1.50')],
      '"valueQuantity":{"value":1.50}',
    ],
    [
      'keeps the digits of what it leaves alone',
      'Observation',
      '"valueQuantity":{"value":1.0}',
      [add('Observation', 'status', '"valueCode":"final"')],
      '"valueQuantity":{"value":1.0},"status":"final"',
    ],
    [
      'adds a choice element by its name',
      'Observation',
      '',
      [add('Observation', 'value', '"valueQuantity":{"value":2.0}')],
      '"valueQuantity":{"value":2.0}',
    ],
    [
      'adds a choice element with [x]',
      'Patient',
      '',
      [add('Patient', 'deceased[x]', '"valueBoolean":true')],
      '"deceasedBoolean":true',
    ],
    [
      'adds a choice element by its property',
      'Patient',
      '',
      [add('Patient', 'deceasedDateTime', '"valueDateTime":"2020"')],
      '"deceasedDateTime":"2020"',
    ],
    [
      'replaces a choice element with another type',
      'Observation',
      '"valueString":"x","_valueString":{"id":"v"}',
      [replace('Observation.value', '"valueInteger":3')],
      '"valueInteger":3',
    ],
    [
      'replaces a companion with its primitive',
      'Patient',
      '"birthDate":"2000","_birthDate":{"id":"b"},"active":true',
      [replace('Patient.birthDate', '"valueDate":"2001"')],
      '"birthDate":"2001","active":true',
    ],
    [
      'takes a value with a companion',
      'Patient',
      '"birthDate":"2000"',
      [replace('Patient.birthDate', '"valueDate":"2001","_valueDate":{"id":"c"}')],
      '"birthDate":"2001","_birthDate":{"id":"c"}',
    ],
    [
      'takes a companion alone',
      'Patient',
      '"birthDate":"2000"',
      [replace('Patient.birthDate', '"_valueDate":{"id":"c"}')],
      '"_birthDate":{"id":"c"}',
    ],
    [
      'adds an extension to a primitive',
      'Patient',
      '"birthDate":"2000"',
      [
        add(
          'Patient.birthDate',
          'extension',
          '"part":[{"name":"url","valueUri":"urn:e"},{"name":"value","valueDecimal":1.0}]',
        ),
      ],
      '"birthDate":"2000","_birthDate":{"extension":[{"url":"urn:e","valueDecimal":1.0}]}',
    ],
    [
      'adds an extension to one of several primitives',
      'Patient',
      '"name":[{"given":["a","b"]}]',
      [add('Patient.name.given[1]', 'extension', '"valueExtension":{"url":"urn:e"}')],
      '"name":[{"given":["a","b"],"_given":[null,{"extension":[{"url":"urn:e"}]}]}]',
    ],
    [
      'deletes an extension of a primitive',
      'Patient',
      '"birthDate":"2000","_birthDate":{"extension":[{"url":"urn:e"}]}',
      [remove('Patient.birthDate.extension[0]')],
      '"birthDate":"2000"',
    ],
    [
      'deletes a primitive that has only a companion',
      'Patient',
      '"_birthDate":{"id":"b"},"active":true',
      [remove('Patient.birthDate')],
      '"active":true',
    ],
    [
      'moves companions along',
      'Patient',
      '"name":[{"given":["a","b"],"_given":[{"id":"1"},null]}]',
      [move('Patient.name[0].given', 0, 1)],
      '"name":[{"given":["b","a"],"_given":[null,{"id":"1"}]}]',
    ],
    [
      'deletes one of several primitives',
      'Patient',
      '"name":[{"given":["a","b","c"],"_given":[null,{"id":"1"},null]}]',
      [remove('Patient.name[0].given[1]')],
      '"name":[{"given":["a","c"]}]',
    ],
    [
      'deletes by criteria',
      'Patient',
      '"identifier":[{"system":"a","value":"1"},{"system":"b","value":"2"}]',
      [remove("Patient.identifier.where(system = 'a')")],
      '"identifier":[{"system":"b","value":"2"}]',
    ],
    [
      'replaces below criteria',
      'Patient',
      '"identifier":[{"system":"a"},{"system":"b","value":"2"}]',
      [replace("Patient.identifier.where(system='b').value", '"valueString":"3"')],
      '"identifier":[{"system":"a"},{"system":"b","value":"3"}]',
    ],
    [
      'replaces by function',
      'Patient',
      '"name":[{"given":["a","b"]}]',
      [replace('Patient.name.given.last()', '"valueString":"c"')],
      '"name":[{"given":["a","c"]}]',
    ],
    [
      'replaces a nested index across lists',
      'Patient',
      '"name":[{"given":["a"]},{"given":["b"]}]',
      [replace('Patient.name.given[1]', '"valueString":"c"')],
      '"name":[{"given":["a"]},{"given":["c"]}]',
    ],
    [
      'inserts into a list that is not there',
      'Patient',
      '',
      [insert('Patient.name', 0, '"valueHumanName":{"text":"a"}')],
      '"name":[{"text":"a"}]',
    ],
    [
      'inserts backbone elements from parts',
      'Patient',
      '"contact":[{"gender":"male"}]',
      [
        insert(
          'Patient.contact',
          0,
          '"part":[{"name":"name","valueHumanName":{"text":"a"}},{"name":"telecom","valueContactPoint":{"value":"1"}},{"name":"telecom","valueContactPoint":{"value":"2"}}]',
        ),
      ],
      '"contact":[{"name":{"text":"a"},"telecom":[{"value":"1"},{"value":"2"}]},{"gender":"male"}]',
    ],
    [
      'adds nested backbone elements',
      'Questionnaire',
      '',
      [
        add(
          'Questionnaire',
          'item',
          '"part":[{"name":"linkId","valueString":"1"},{"name":"item","part":[{"name":"linkId","valueString":"1.1"}]}]',
        ),
      ],
      '"item":[{"linkId":"1","item":[{"linkId":"1.1"}]}]',
    ],
    [
      'adds a contained resource',
      'Patient',
      '',
      [add('Patient', 'contained', '"resource":{"resourceType":"Basic","id":"b"}')],
      '"contained":[{"resourceType":"Basic","id":"b"}]',
    ],
    [
      'changes a contained resource',
      'Patient',
      '"contained":[{"resourceType":"Observation","valueInteger":1}]',
      [replace('Patient.contained[0].value', '"valueInteger":2')],
      '"contained":[{"resourceType":"Observation","valueInteger":2}]',
    ],
    [
      'deletes what becomes empty, upwards',
      'Patient',
      '"contact":[{"name":{"given":["a"]}},{"gender":"male"}]',
      [remove('Patient.contact[0].name.given')],
      '"contact":[{"gender":"male"}]',
    ],
    [
      'deletes nothing where nothing is',
      'Patient',
      '"active":true',
      [remove('Patient.birthDate'), remove('Patient.contact[3].name.text'), remove("Patient.name.where(use='old')")],
      '"active":true',
    ],
    [
      'sees earlier changes',
      'Patient',
      '',
      [
        add('Patient', 'name', '"valueHumanName":{"text":"a"}'),
        add('Patient.name[0]', 'given', '"valueString":"b"'),
        add('Patient.name', 'given', '"valueString":"c"'),
      ],
      '"name":[{"text":"a","given":["b","c"]}]',
    ],
    [
      'takes a path without the type',
      'Patient',
      '"active":true',
      [replace('active', '"valueBoolean":false')],
      '"active":false',
    ],
    ['does nothing without operations', 'Patient', '"active":true', [], '"active":true'],
  ])('%s', (_name, type, before, operations, after) => {
    expect(patched(type, before, ...operations)).toBe(after);
  });

  const names = '"name":[{"text":"a"},{"text":"b"}]';

  test.each<[string, number, string, readonly string[], RegExp]>([
    ['a parameter of another name', 400, '', ['{"name":"op"}'], /"operation"/],
    ['an unknown part', 400, '', [operation('add', 'Patient', { what: 'x' })], /type, path, name/],
    [
      'a part given twice',
      400,
      '',
      ['{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"type","valueCode":"add"}]}'],
      /twice/,
    ],
    ['an unknown type', 400, '', [operation('upsert', 'Patient')], /add, insert, delete, replace or move/],
    ['no path', 400, '', ['{"name":"operation","part":[{"name":"type","valueCode":"delete"}]}'], /"path"/],
    ['no value', 400, '', [operation('add', 'Patient', { name: 'active' })], /"value"/],
    ['no index', 400, '', [operation('insert', 'Patient.name', {}, '"valueHumanName":{}')], /"index"/],
    ['a negative index', 400, '', [insert('Patient.name', -1, '"valueHumanName":{}')], /0 or more/],
    ['a syntax error', 400, '', [remove('Patient.name[')], /no FHIRPath/],
    ['an endless path', 400, '', [remove(`Patient${'.name'.repeat(300)}`)], /1000 characters/],
    ['an unknown element to add', 400, '', [add('Patient', 'nmae', '"valueString":"x"')], /no element "nmae", but id,/],
    ['an unknown element in a path', 400, '', [remove('Patient.nmae')], /no element "nmae"/],
    [
      'an unknown child in parts',
      400,
      '',
      [add('Patient', 'contact', '"part":[{"name":"x","valueString":"y"}]')],
      /no element "x"/,
    ],
    [
      'a child twice in parts',
      400,
      '',
      [add('Patient', 'contact', '"part":[{"name":"gender","valueCode":"x"},{"name":"gender","valueCode":"y"}]')],
      /only one gender/,
    ],
    [
      'a value of a type that a choice does not have',
      400,
      '',
      [add('Patient', 'deceased', '"valueQuantity":{}')],
      /boolean, dateTime/,
    ],
    ['a value that is neither', 400, '', [add('Patient', 'name', '"x":1')], /one part for each child/],
    [
      'adding to nothing',
      422,
      '',
      [add('Patient.contact[0]', 'gender', '"valueCode":"male"')],
      /nothing at Patient.contact\[0\]/,
    ],
    ['adding to several', 422, names, [add('Patient.name', 'given', '"valueString":"x"')], /selects 2 elements/],
    ['adding what is there', 422, '"active":true', [add('Patient', 'active', '"valueBoolean":true')], /use replace/],
    [
      'adding to a computed value',
      422,
      names,
      [add('Patient.name.count()', 'extension', '"valueExtension":{"url":"u"}')],
      /computes a value/,
    ],
    ['replacing nothing', 422, '', [replace('Patient.active', '"valueBoolean":true')], /use add/],
    ['replacing several', 422, names, [replace('Patient.name', '"valueHumanName":{"text":"x"}')], /selects 2/],
    [
      'replacing an index beyond the end',
      422,
      names,
      [replace('Patient.name[2]', '"valueHumanName":{"text":"x"}')],
      /use add/,
    ],
    ['deleting several', 422, names, [remove('Patient.name')], /selects 2/],
    ['deleting in several places', 422, names, [remove('Patient.name.text')], /several places/],
    ['deleting a computed value', 422, names, [remove('Patient.name.count()')], /computes a value/],
    ['deleting the resource', 422, names, [remove('Patient')], /computes a value|element of the resource/],
    ['inserting beyond the end', 422, names, [insert('Patient.name', 3, '"valueHumanName":{"text":"x"}')], /0 to 2/],
    ['inserting into what is no list', 422, '', [insert('Patient.active', 0, '"valueBoolean":true')], /no list/],
    [
      'inserting into part of a list',
      422,
      names,
      [insert("Patient.name.where(text='a')", 0, '"valueHumanName":{"text":"x"}')],
      /whole list/,
    ],
    [
      'inserting below nothing',
      422,
      '',
      [insert('Patient.contact[0].telecom', 0, '"valueContactPoint":{"value":"x"}')],
      /nothing that could have/,
    ],
    ['moving from beyond the end', 422, names, [move('Patient.name', 2, 0)], /indexes of elements/],
    ['moving to beyond the end', 422, names, [move('Patient.name', 0, 2)], /indexes of elements/],
    ['another id', 422, '"id":"1"', [replace('Patient.id', '"valueId":"2"')], /cannot change id/],
    [
      'another version',
      422,
      '"meta":{"versionId":"1"}',
      [replace('Patient.meta.versionId', '"valueId":"2"')],
      /cannot change meta.versionId/,
    ],
  ])('refuses %s with %i', (_name, status, before, operations, text) => {
    expect(() => patched('Patient', before, ...operations)).toThrow(Fault);
    expect(() => patched('Patient', before, ...operations)).toThrow(
      expect.objectContaining({ status, message: expect.stringMatching(text) as string }) as Error,
    );
  });

  test.each([undefined, [], {}, { resourceType: 'Patient' }])('refuses the body %j with 400', (body) => {
    const run = (): JsonObject =>
      applyPatch({ resourceType: 'Patient' }, { contentType: 'application/fhir+json', body }, definitions);
    expect(run).toThrow(expect.objectContaining({ status: 400 }) as Error);
  });

  test('stops paths that take too long', () => {
    const items = `"item":[${Array.from({ length: 300 }, (_item, at) => `{"linkId":"${at}"}`).join()}]`;
    const slow = 'descendants().where(%resource.descendants().where($index < 0).exists())';
    const start = performance.now();
    expect(() => patched('Questionnaire', items, remove(`Questionnaire.${slow}`))).toThrow(/takes? too long/);
    expect(performance.now() - start).toBeLessThan(5000);
    expect(patched('Patient', '"active":true', replace('Patient.active', '"valueBoolean":false'))).toBe(
      '"active":false',
    );
  });

  test('stops extensions that nest without end', () => {
    const deeper = (at: number): string =>
      add(`Patient${'.extension'.repeat(at)}`, 'extension', '"valueExtension":{"url":"u"}');
    expect(() => patched('Patient', '', ...Array.from({ length: 60 }, (_item, at) => deeper(at)))).toThrow(
      /deeper than 64/,
    );
  });
});
