import { profilesByType, validationLevels } from './validation-settings.ts';

const levels = validationLevels({ name: 'VALIDATION', text: '' });
const profiles = profilesByType({ name: 'PROFILES', text: '' });

test.each([
  ['structure', 'structure', []],
  ['full', 'full', []],
  ['full, AuditEvent=structure', 'full', [['AuditEvent', 'structure']]],
  ['Observation=full,structure', 'structure', [['Observation', 'full']]],
])('VALIDATION=%s', (text, others, byType) => {
  const read = levels.parse(text);
  expect(read.others).toBe(others);
  expect([...read.byType]).toEqual(byType);
});

test.each(['none', 'full,Patientt=structure', 'Patient=off', 'full;structure'])('VALIDATION=%s is refused', (text) => {
  expect(() => levels.parse(text)).toThrow();
});

test('profiles by type, several of one type too', () => {
  const read = profiles.parse('Patient=http://a/p|1.0, Patient=http://a/q,Observation=urn:oid:1.2.3');
  expect([...read]).toEqual([
    ['Patient', ['http://a/p|1.0', 'http://a/q']],
    ['Observation', ['urn:oid:1.2.3']],
  ]);
});

test.each(['Patient', 'Nobody=http://a/p', 'Patient=p', '=http://a/p'])('PROFILES=%s is refused', (text) => {
  expect(() => profiles.parse(text)).toThrow();
});
