import { loadDefinitions } from './load.ts';

const definitions = loadDefinitions();

describe('R4 definitions', () => {
  test('hold all 146 resource types under stable numbers', () => {
    expect(definitions.resourceTypes).toHaveLength(146);
    expect(definitions.typeName(definitions.typeId('Patient'))).toBe('Patient');
    expect(definitions.isResourceType('Nonsense')).toBe(false);
    expect(() => definitions.typeId('Nonsense')).toThrow(RangeError);
  });

  test.each([
    ['Patient', 'deceasedBoolean', 'boolean'],
    ['Patient', 'contact', 'Patient.contact'],
    ['Observation', 'valueQuantity', 'Quantity'],
    ['Observation.component', 'referenceRange', 'Observation.referenceRange'],
    ['Bundle.entry', 'resource', 'Resource'],
  ])('%s.%s is a %s', (type, property, code) => {
    expect(definitions.type(type)?.properties.get(property)?.type.code).toBe(code);
  });

  test('give elements in the order of the definition, inherited ones first', () => {
    const names = definitions.type('Patient')?.elements.map((element) => element.name);
    expect(names?.slice(0, 9)).toEqual([
      'id',
      'meta',
      'implicitRules',
      'language',
      'text',
      'contained',
      'extension',
      'modifierExtension',
      'identifier',
    ]);
    expect(definitions.type('Extension')?.elements.find(({ name }) => name === 'url')?.xml).toBe('attribute');
    expect(definitions.type('Narrative')?.elements.find(({ name }) => name === 'div')?.xml).toBe('xhtml');
  });

  test('know what compartments hold', () => {
    const patient = definitions.compartments.find(({ code }) => code === 'Patient');
    expect(patient?.params.get('Observation')).toEqual(['subject', 'performer']);
  });
});

describe('terminology of the definitions', () => {
  test('expands whole systems, lists and hierarchies', () => {
    const gender = definitions.expandValueSet('http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1');
    expect(gender?.map(({ code }) => code)).toEqual(['male', 'female', 'other', 'unknown']);
    const roots = definitions.expandValueSet('http://terminology.hl7.org/ValueSet/v3-ActEncounterCode');
    expect(roots?.map(({ code }) => code)).toEqual(expect.arrayContaining(['AMB', 'EMER', 'IMP', 'ACUTE']));
  });

  test('does not answer from what it does not hold', () => {
    expect(definitions.expandValueSet('http://hl7.org/fhir/ValueSet/condition-code')).toBeUndefined();
    expect(definitions.expandValueSet('http://example.org/unknown')).toBeUndefined();
    expect(definitions.descendants('http://snomed.info/sct', '404684003')).toBeUndefined();
  });

  test('walks hierarchies up and down, the code itself included', () => {
    const system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';
    expect(definitions.descendants(system, 'IMP')).toEqual(expect.arrayContaining(['IMP', 'ACUTE', 'NONAC']));
    expect(definitions.ancestors(system, 'ACUTE')).toEqual(expect.arrayContaining(['ACUTE', 'IMP']));
  });

  test('names the system that a required binding implies', () => {
    expect(definitions.systemOfValueSet('http://hl7.org/fhir/ValueSet/observation-status|4.0.1')).toBe(
      'http://hl7.org/fhir/observation-status',
    );
  });
});
