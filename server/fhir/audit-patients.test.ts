import { addPatients } from './audit-patients.ts';

const BASE = 'http://localhost:8080/fhir/R4';

const patients = (type: string, id: string, body: string): string[] => {
  const found = new Set<string>();
  addPatients(found, type, id, body, BASE);
  return [...found];
};

test.each<[string, string, string[]]>([
  ['the subject', '"subject":{"reference":"Patient/1"}}', ['Patient/1']],
  ['a version of it', '"subject":{"reference":"Patient/1/_history/2"}}', ['Patient/1']],
  ['an absolute reference to this server', `"subject":{"reference":"${BASE}/Patient/a.b-C"}}`, ['Patient/a.b-C']],
  [
    'several, each once',
    '[{"reference":"Patient/1"},{"reference":"Patient/2"},{"reference":"Patient/1"}]',
    ['Patient/1', 'Patient/2'],
  ],
  ['not one of another server', '"subject":{"reference":"https://example.org/fhir/Patient/1"}}', []],
  ['not one in a text', '"note":[{"text":"see Patient/1"}]}', []],
  ['not one without an id', '"subject":{"reference":"Patient/"}}', []],
  ['nothing at the very start', 'Patient/1', []],
])('%s', (_what, body, expected) => {
  expect(patients('Observation', 'o', body)).toEqual(expected);
});

test('a patient is about itself', () => {
  expect(patients('Patient', '7', '"link":[{"other":{"reference":"Patient/8"}}]}')).toEqual(['Patient/7', 'Patient/8']);
});

test('an id has 64 characters at most', () => {
  expect(patients('Observation', 'o', `{"reference":"Patient/${'a'.repeat(100)}"}`)).toEqual([
    `Patient/${'a'.repeat(64)}`,
  ]);
});
