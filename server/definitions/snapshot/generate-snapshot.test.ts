import { loadBaseCanonicals } from '../base-canonicals.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { generateSnapshot } from './generate-snapshot.ts';
import { structureSource } from './structure-source.ts';

const OWN = 'https://clinic.example.org/StructureDefinition/';
const CORE = 'http://hl7.org/fhir/StructureDefinition/';

function profile(name: string, type: string, element: readonly JsonObject[], base = CORE + type): JsonObject {
  return {
    resourceType: 'StructureDefinition',
    url: OWN + name,
    type,
    kind: 'resource',
    derivation: 'constraint',
    baseDefinition: base,
    differential: { element: [...element] },
  };
}

function generate(structure: JsonObject, ...others: readonly JsonObject[]): ReturnType<typeof generateSnapshot> {
  const known = structureSource(loadBaseCanonicals());
  return generateSnapshot(structure, (url) => others.find((other) => other.url === url) ?? known(url));
}

function snapshotOf(structure: JsonObject, ...others: readonly JsonObject[]): ReadonlyMap<string, JsonObject> {
  const result = generate(structure, ...others);
  if (!('snapshot' in result)) throw new Error(result.issues.map(({ text }) => text).join());
  const { element } = result.snapshot;
  const elements = Array.isArray(element) ? element.filter(isObject) : [];
  return new Map(elements.map((found) => [String(found.id), found]));
}

function issuesOf(structure: JsonObject, ...others: readonly JsonObject[]): readonly string[] {
  const result = generate(structure, ...others);
  return 'issues' in result ? result.issues.map(({ text }) => text) : [];
}

test('an empty differential gives the snapshot of the base', () => {
  const elements = [...snapshotOf(profile('same', 'Basic', [{ id: 'Basic', path: 'Basic' }])).values()];
  expect(elements.map(({ path }) => path)).toEqual([
    'Basic',
    ...['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension'].map(
      (name) => `Basic.${name}`,
    ),
    ...['identifier', 'code', 'subject', 'created', 'author'].map((name) => `Basic.${name}`),
  ]);
});

test('the differential changes what it states and leaves the rest', () => {
  const elements = snapshotOf(
    profile('patient', 'Patient', [
      {
        id: 'Patient',
        path: 'Patient',
        constraint: [{ key: 'own-1', severity: 'error', human: 'h', expression: 'true' }],
      },
      { id: 'Patient.name', path: 'Patient.name', min: 1, alias: ['called'], definition: '...and more' },
      { id: 'Patient.maritalStatus', path: 'Patient.maritalStatus', binding: { strength: 'required' } },
    ]),
  );
  const root = elements.get('Patient');
  expect(root?.constraint).toEqual(
    expect.arrayContaining([expect.objectContaining({ key: 'own-1', source: `${OWN}patient` })]),
  );
  expect(root?.constraint).toEqual(expect.arrayContaining([expect.objectContaining({ key: 'dom-2' })]));
  expect(elements.get('Patient.name')).toMatchObject({
    min: 1,
    max: '*',
    alias: ['called'],
    type: [{ code: 'HumanName' }],
  });
  expect(elements.get('Patient.name')?.definition).toMatch(/\r\nand more$/);
  expect(elements.get('Patient.maritalStatus')?.binding).toMatchObject({
    strength: 'required',
    valueSet: 'http://hl7.org/fhir/ValueSet/marital-status',
  });
});

test('elements of a data type are unfolded where the differential goes into them', () => {
  const elements = snapshotOf(
    profile('p', 'Patient', [{ id: 'Patient.name.family', path: 'Patient.name.family', min: 1 }]),
  );
  expect(elements.get('Patient.name.family')).toMatchObject({
    path: 'Patient.name.family',
    min: 1,
    type: [{ code: 'string' }],
  });
  expect(elements.has('Patient.name.given')).toBe(true);
  expect(elements.has('Patient.telecom.system')).toBe(false);
});

test('slices start from the sliced element and may be missing', () => {
  const elements = snapshotOf(
    profile('p', 'Patient', [
      { id: 'Patient.identifier', path: 'Patient.identifier', min: 1, slicing: { rules: 'open' } },
      { id: 'Patient.identifier:mrn', path: 'Patient.identifier', sliceName: 'mrn', max: '1' },
      { id: 'Patient.identifier:mrn.system', path: 'Patient.identifier.system', min: 1 },
      { id: 'Patient.identifier:mrn/old', path: 'Patient.identifier', sliceName: 'mrn/old', max: '1' },
    ]),
  );
  expect(elements.get('Patient.identifier:mrn')).toMatchObject({
    sliceName: 'mrn',
    min: 0,
    max: '1',
    type: [{ code: 'Identifier' }],
  });
  expect(elements.get('Patient.identifier:mrn.system')).toMatchObject({ path: 'Patient.identifier.system', min: 1 });
  expect(elements.get('Patient.identifier:mrn/old')).toMatchObject({ min: 0, max: '1' });
  const ids = [...elements.keys()];
  expect(ids.indexOf('Patient.identifier:mrn/old')).toBeGreaterThan(ids.indexOf('Patient.identifier:mrn.system'));
});

test('without ids the elements of a slice are those that follow it', () => {
  const elements = snapshotOf(
    profile('p', 'Patient', [
      { path: 'Patient.identifier', slicing: { rules: 'open' } },
      { path: 'Patient.identifier', sliceName: 'mrn' },
      { path: 'Patient.identifier.system', min: 1 },
      { path: 'Patient.identifier', sliceName: 'other' },
      { path: 'Patient.identifier.value', min: 1 },
    ]),
  );
  expect(elements.get('Patient.identifier:mrn.system')?.min).toBe(1);
  expect(elements.get('Patient.identifier:mrn.value')?.min).toBe(0);
  expect(elements.get('Patient.identifier:other.value')?.min).toBe(1);
});

test('a shorthand that is required closes the choice; in a slice it narrows the choice', () => {
  const elements = snapshotOf(
    profile('p', 'Observation', [
      { id: 'Observation.valueQuantity', path: 'Observation.valueQuantity', min: 1 },
      { id: 'Observation.component', path: 'Observation.component', slicing: { rules: 'open' } },
      { id: 'Observation.component:a', path: 'Observation.component', sliceName: 'a' },
      { id: 'Observation.component:a.valueString', path: 'Observation.component.valueString', min: 1 },
    ]),
  );
  expect(elements.get('Observation.value[x]')).toMatchObject({
    min: 1,
    type: [{ code: 'Quantity' }],
    slicing: { rules: 'closed' },
  });
  expect(elements.get('Observation.value[x]:valueQuantity')).toMatchObject({ sliceName: 'valueQuantity', min: 1 });
  expect(elements.get('Observation.component:a.value[x]')).toMatchObject({ min: 1, type: [{ code: 'string' }] });
});

test('contentReference is replaced by what it refers to where the differential goes into it', () => {
  const elements = snapshotOf(
    profile('p', 'Questionnaire', [
      { id: 'Questionnaire.item.item.text', path: 'Questionnaire.item.item.text', min: 1 },
    ]),
  );
  expect(elements.get('Questionnaire.item.item.text')?.min).toBe(1);
  expect(elements.get('Questionnaire.item.item')).not.toHaveProperty('contentReference');
  expect(elements.get('Questionnaire.item.item.item')?.contentReference).toBe('#Questionnaire.item');
});

test('the base is generated when it has no snapshot', () => {
  const base = profile('base', 'Patient', [{ id: 'Patient.name', path: 'Patient.name', min: 1 }]);
  const child = profile('child', 'Patient', [{ id: 'Patient.name', path: 'Patient.name', max: '1' }], `${OWN}base`);
  expect(snapshotOf(child, base).get('Patient.name')).toMatchObject({ min: 1, max: '1' });
});

describe('issues', () => {
  const element = (path: string, more: JsonObject = {}): JsonObject => ({ id: path, path, ...more });

  test.each<[string, readonly JsonObject[], string]>([
    [
      'an unknown element',
      [element('Patient.nickname')],
      '"nickname" is no element there. Expected is one of id, meta',
    ],
    ['a child of nothing', [element('Patient.active.x.y')], '"x" is no element there'],
    [
      'an element of a slice that is not there',
      [{ id: 'Patient.name:a.family', path: 'Patient.name.family' }],
      'not defined before',
    ],
    ['out of order', [element('Patient.name'), element('Patient.identifier')], 'out of order'],
    ['no path', [{ id: 'Patient' }], 'Expected is an ElementDefinition with a path'],
    ['too many elements', Array.from({ length: 10_001 }, () => element('Patient.name')), 'more than 10000 elements'],
    ['a path without end', [element(`Patient${'.link'.repeat(5000)}`)], 'deeper than 64'],
  ])('%s', (_name, elements, text) => {
    expect(issuesOf(profile('p', 'Patient', elements)).join()).toContain(text);
  });

  test('an unknown base', () => {
    expect(issuesOf(profile('p', 'Patient', [], `${OWN}nowhere`)).join()).toContain(
      `The base ${OWN}nowhere is not known here`,
    );
  });

  test('a chain that comes back', () => {
    const a = profile('a', 'Patient', [], `${OWN}b`);
    const b = profile('b', 'Patient', [], `${OWN}a`);
    expect(issuesOf(a, a, b).join()).toContain(`comes back to ${OWN}a`);
  });

  test('a chain that is too long', () => {
    const all = Array.from({ length: 5000 }, (_, index) => profile(`p${index}`, 'Patient', [], `${OWN}p${index + 1}`));
    expect(issuesOf(profile('p', 'Patient', [], `${OWN}p0`), ...all).join()).toContain('longer than 64');
  });
});
