import { systemsOf } from './systems.ts';

const systems = systemsOf({
  id: 'lab-1',
  systems: [
    { kind: 'assigner', name: 'CLINIC', uri: 'https://clinic.example/mrn' },
    { kind: 'assigner', name: '1.2.3.4', uri: 'https://clinic.example/visit' },
    { kind: 'coding-system', name: 'L', uri: 'https://lab.example/codes' },
  ],
});
const OWN = 'https://athanor.health/fhir/hl7/lab-1';

test.each([
  ['', '', '', undefined],
  ['CLINIC', '', '', 'https://clinic.example/mrn'],
  ['CLINIC', '1.2.3', 'ISO', 'https://clinic.example/mrn'],
  ['X', '1.2.3.4', 'ISO', 'https://clinic.example/visit'],
  ['X', '1.2.3', 'ISO', 'urn:oid:1.2.3'],
  ['X', '1.2.3', '', 'urn:oid:1.2.3'],
  ['NPI', '2.16.840.1.113883.4.6', 'ISO', 'http://hl7.org/fhir/sid/us-npi'],
  ['X', 'clinic.example', 'ISO', `${OWN}/X`],
  ['', 'clinic.example', 'DNS', `${OWN}/clinic.example`],
  ['', '6BA7B810-9DAD-11D1-80B4-00C04FD430C8', 'UUID', 'urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
  ['', 'https://x.example/y', 'URI', 'https://x.example/y'],
  ['ATHANOR', '', '', 'https://athanor.health/fhir/hl7/placer'],
  ['WARD 1/2', '', '', `${OWN}/WARD%201%2F2`],
])('assigner %s^%s^%s', (namespace, id, type, uri) => {
  expect(systems.ofAssigner(namespace, id, type)).toBe(uri);
});

test.each([
  ['LN', '', 'http://loinc.org'],
  ['ln', '', 'http://loinc.org'],
  ['HL70001', '', 'http://terminology.hl7.org/CodeSystem/v2-0001'],
  ['HL7001', '', 'http://terminology.hl7.org/CodeSystem/v2-0001'],
  ['L', '', 'https://lab.example/codes'],
  ['99LAB', '', `${OWN}/codes/99LAB`],
  ['99LAB', '1.2.3', 'urn:oid:1.2.3'],
  ['http://x.example/codes', '', 'http://x.example/codes'],
  ['', '', `${OWN}/codes`],
])('coding system %s %s', (name, oid, uri) => {
  expect(systems.ofCodingSystem(name, oid)).toBe(uri);
});

test('a name of one partner is not that of another one', () => {
  expect(systemsOf({ id: 'lab-2', systems: [] }).ofAssigner('X', '', '')).not.toBe(systems.ofAssigner('X', '', ''));
});

test('identifiers without an assigner have the one that the partner’s table gives them', () => {
  const { ofAssigner } = systemsOf({ id: 'a', systems: [{ kind: 'assigner', name: '', uri: 'urn:oid:9.9' }] });
  expect(ofAssigner('', '', '')).toBe('urn:oid:9.9');
  expect(ofAssigner('', '1.2.3', 'ISO')).toBe('urn:oid:1.2.3');
});
