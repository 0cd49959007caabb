import { loadDefinitions } from '../definitions/load.ts';
import { rulesFromText, rulesText } from './blind-index.ts';
import { DEFAULT_PROTECTED, isEmpty, readProtectedParts, rulesOf } from './rules.ts';

const definitions = loadDefinitions();

test('the default names national and insurance numbers', () => {
  const rules = rulesOf(definitions, DEFAULT_PROTECTED, 1);
  expect(rules.systems.has('http://hl7.org/fhir/sid/us-ssn')).toBe(true);
  expect([...rules.identifierTypes]).toEqual(['Coverage']);
  expect([...rules.elements]).toEqual([['Coverage', [['subscriberId']]]]);
  expect(rulesText(rulesFromText(rulesText(rules)))).toBe(rulesText(rules));
});

test('parts are systems and element paths, of all tenants or of one', () => {
  const parts = readProtectedParts('urn:oid:1.2, Observation.note,2/Communication.payload,2/https://x.example/id');
  const [first, second] = [rulesOf(definitions, parts, 1), rulesOf(definitions, parts, 2)];
  expect([...first.systems]).toEqual(['urn:oid:1.2']);
  expect([...first.elements.keys()]).toEqual(['Observation']);
  expect([...second.systems]).toEqual(['urn:oid:1.2', 'https://x.example/id']);
  expect([...second.elements.keys()]).toEqual(['Observation', 'Communication']);
});

test('a choice stands for each of its types', () => {
  const rules = rulesOf(definitions, readProtectedParts('Observation.component.value'), 1);
  const paths = rules.elements.get('Observation') ?? [];
  expect(paths).toContainEqual(['component', 'valueQuantity']);
  expect(paths).toContainEqual(['component', 'valueString']);
});

test('off is nothing', () => {
  expect(isEmpty(rulesOf(definitions, readProtectedParts('off'), 1))).toBe(true);
});

test.each(['', 'nonsense', 'default,', 'Observation', 'observation.note', 'Observation.note or more'])(
  'the setting "%s" is refused',
  (text) => {
    expect(() => readProtectedParts(text)).toThrow();
  },
);

test.each([
  'Observation.nothing',
  'Nothing.note',
  'Patient.id',
  'Patient.meta.tag',
  'Patient.text',
  'Patient.contained',
  'HumanName.family',
])('the element %s cannot be protected', (path) => {
  expect(() => rulesOf(definitions, readProtectedParts(path), 1)).toThrow(path.split('.')[0]);
});
