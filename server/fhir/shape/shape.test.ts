import { loadDefinitions } from '../../definitions/load.ts';
import { Fault } from '../../kernel/fault.ts';
import { shapeOf, type ShapeParameters } from './shape-of.ts';
import { shapeResource } from './shape-resource.ts';

const definitions = loadDefinitions();

const TAG = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'SUBSETTED' };

const PATIENT = {
  resourceType: 'Patient',
  id: 'p1',
  meta: { versionId: '2', tag: [{ system: 'urn:t', code: 'mine' }] },
  text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml">Ann</div>' },
  extension: [{ url: 'urn:e', valueString: 'x' }],
  modifierExtension: [{ url: 'urn:m', valueCode: 'y' }],
  name: [{ use: 'official', family: 'Lee', given: ['Ann', 'Bea'], _given: [null, { id: 'g' }] }],
  birthDate: '1990-01-01',
  _birthDate: { id: 'b' },
  deceasedBoolean: false,
  photo: [{ contentType: 'image/png', data: 'AA==' }],
  contact: [{ gender: 'male' }],
  communication: [{ language: { text: 'German' }, preferred: true }],
  link: [{ other: { reference: 'Patient/2' }, type: 'seealso' }],
};

const OBSERVATION =
  '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"weight"},' +
  '"valueQuantity":{"value":1.50,"unit":"kg"},"referenceRange":[{"low":{"value":1.0}}],' +
  '"component":[{"code":{"text":"a"},"valueQuantity":{"value":2.00},"referenceRange":[{"text":"r"}]}]}';

function shapedText(text: string, parameters: ShapeParameters, type?: string): string {
  return shapeResource(text, shapeOf(parameters, definitions, type), definitions);
}

function shaped(resource: object, parameters: ShapeParameters, type?: string): Record<string, unknown> {
  return JSON.parse(shapedText(JSON.stringify(resource), parameters, type)) as Record<string, unknown>;
}

const { id, text, name, birthDate, _birthDate, deceasedBoolean, modifierExtension, link } = PATIENT;
const ROOT = { resourceType: 'Patient', id, meta: { versionId: '2', tag: [...PATIENT.meta.tag, TAG] } };

describe('shapeResource', () => {
  test.each<[string, ShapeParameters, object]>([
    ['_summary=text', { summary: 'text' }, { ...ROOT, text }],
    ['_summary=data', { summary: 'data' }, (({ text: _dropped, ...rest }) => ({ ...rest, meta: ROOT.meta }))(PATIENT)],
    [
      '_summary=true',
      { summary: 'true' },
      { ...ROOT, modifierExtension, name, birthDate, _birthDate, deceasedBoolean, link },
    ],
    ['_elements', { elements: ['birthDate'] }, { ...ROOT, birthDate, _birthDate }],
    ['a choice by its name', { elements: ['deceased'] }, { ...ROOT, deceasedBoolean }],
    ['a choice with [x]', { elements: ['deceased[x]'] }, { ...ROOT, deceasedBoolean }],
    ['a choice by its property', { elements: ['deceasedBoolean'] }, { ...ROOT, deceasedBoolean }],
    [
      'nested names',
      { elements: ['name.family,contact.gender'] },
      { ...ROOT, name: [{ family: 'Lee' }], contact: [{ gender: 'male' }] },
    ],
    [
      'a nested primitive with its companions',
      { elements: ['name.given'] },
      { ...ROOT, name: [{ given: ['Ann', 'Bea'], _given: [null, { id: 'g' }] }] },
    ],
    ['the whole before a part of it', { elements: ['name', 'name.family'] }, { ...ROOT, name }],
    ['a part before the whole', { elements: ['name.family', 'name'] }, { ...ROOT, name }],
    ['a type in front', { elements: ['Patient.birthDate'] }, { ...ROOT, birthDate, _birthDate }],
    [
      'mandatory children of a wanted element',
      { elements: ['communication.preferred'] },
      { ...ROOT, communication: PATIENT.communication },
    ],
    ['nothing where nothing is', { elements: ['gender'] }, ROOT],
  ])('%s', (_name, parameters, expected) => {
    expect(shaped(PATIENT, parameters, 'Patient')).toEqual(expected);
  });

  test.each<[string, ShapeParameters]>([
    ['nothing', {}],
    ['_summary=false', { summary: 'false' }],
    ['an empty _elements', { elements: [''] }],
  ])('leaves the text alone for %s', (_name, parameters) => {
    expect(shapeOf(parameters, definitions)).toBeUndefined();
    expect(shapedText(OBSERVATION, parameters)).toBe(OBSERVATION);
  });

  test('keeps mandatory elements and the digits of numbers', () => {
    expect(shapedText(OBSERVATION, { elements: ['value'] }, 'Observation')).toBe(
      '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"weight"},' +
        '"valueQuantity":{"value":1.50,"unit":"kg"},' +
        `"meta":{"tag":[${JSON.stringify(TAG)}]}}`,
    );
  });

  test('summarises on every level', () => {
    expect(shapedText(OBSERVATION, { summary: 'true' })).toBe(
      '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"weight"},' +
        '"valueQuantity":{"value":1.50,"unit":"kg"},' +
        '"component":[{"code":{"text":"a"},"valueQuantity":{"value":2.00}}],' +
        `"meta":{"tag":[${JSON.stringify(TAG)}]}}`,
    );
  });

  test('does not tag twice', () => {
    const once = shapedText(OBSERVATION, { summary: 'true' });
    expect(shapedText(once, { summary: 'true' })).toBe(once);
  });
});

describe('shapes of Bundles', () => {
  const outcome = {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'warning', code: 'value', details: { text: 'w' } }],
  };
  const bundle = {
    resourceType: 'Bundle',
    type: 'searchset',
    total: 1,
    entry: [
      { fullUrl: 'urn:1', resource: JSON.parse(OBSERVATION) as object, search: { mode: 'match' } },
      { fullUrl: 'urn:2', resource: PATIENT, search: { mode: 'include' } },
      { resource: outcome, search: { mode: 'outcome' } },
      { response: { status: '204' } },
    ],
  };
  const keysOf = (shapedBundle: Record<string, unknown>): string[][] =>
    (shapedBundle.entry as { resource?: object }[]).map(({ resource }) => Object.keys(resource ?? {}));

  test('apply names of the searched type to that type alone', () => {
    const result = shaped(bundle, { elements: ['value', 'Patient.birthDate'] }, 'Observation');
    expect(keysOf(result)).toEqual([
      ['resourceType', 'id', 'status', 'code', 'valueQuantity', 'meta'],
      ['resourceType', 'id', 'meta', 'birthDate', '_birthDate'],
      Object.keys(outcome),
      [],
    ]);
    expect(keysOf(shaped(bundle, { elements: ['value'] }, 'Observation'))[1]).toEqual(Object.keys(PATIENT));
  });

  test('apply names to all types when none is searched', () => {
    expect(keysOf(shaped(bundle, { elements: ['name'] })).slice(0, 2)).toEqual([
      ['resourceType', 'id', 'status', 'code', 'meta'],
      ['resourceType', 'id', 'meta', 'name'],
    ]);
  });

  test('count: the total without entries', () => {
    expect(shaped(bundle, { summary: 'count' })).toEqual({ resourceType: 'Bundle', type: 'searchset', total: 1 });
    expect(() => shaped(PATIENT, { summary: 'count' })).toThrow(Fault);
  });
});

describe('shapeOf refuses', () => {
  test.each<[string, ShapeParameters, string | undefined, RegExp]>([
    ['an unknown summary', { summary: 'yes' }, undefined, /true, text, data, count, false/],
    ['both parameters', { summary: 'true', elements: ['name'] }, 'Patient', /either/],
    ['an unknown element', { elements: ['nmae'] }, 'Patient', /"nmae" is no element of Patient, which has id, meta/],
    ['an element of another type', { elements: ['code'] }, 'Patient', /no element of Patient/],
    ['an unknown child', { elements: ['name.first'] }, 'Patient', /name\.first/],
    ['a type alone', { elements: ['Patient'] }, undefined, /no element of Patient/],
    ['an element of no type', { elements: ['__proto__'] }, undefined, /no resource type/],
  ])('%s', (_name, parameters, type, message) => {
    expect(() => shapeOf(parameters, definitions, type)).toThrow(message);
  });
});
