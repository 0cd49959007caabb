import { scopeLabel } from './scope-label.ts';
import { subScopesOf } from './sub-scopes.ts';

const CODES = [
  ['Condition', ['encounter-diagnosis', 'problem-list-item', 'health-concern']],
  ['Observation', ['laboratory', 'social-history', 'sdoh', 'survey', 'vital-signs', 'clinical-test']],
] as const;

test.each(CODES)('%s can be granted by category', (type, codes) => {
  const parts = subScopesOf(`patient/${type}.rs`).map(({ scope }) => scope);
  expect(parts.map((scope) => scope.split('|')[1])).toEqual(codes);
  for (const scope of parts) expect(scope).toMatch(new RegExp(`^patient/${type}\\.rs\\?category=http://`));
});

test('version 1 has no queries, so that its parts are told in version 2', () => {
  expect(subScopesOf('patient/Condition.read')[0]?.scope).toMatch(/^patient\/Condition\.rs\?/);
});

test.each([
  'patient/*.rs',
  'patient/Patient.rs',
  'patient/Condition.rs?category=x',
  'openid',
  'patient/constructor.rs',
])('%s is not divided', (scope) => expect(subScopesOf(scope)).toEqual([]));

test.each([
  ['patient/MedicationRequest.rs', 'Read, find: medication request of the one patient'],
  ['user/*.*', 'Add, read, change, delete, find: all data that you may see yourself'],
  ['patient/Observation.r?category=a%7Cb', 'Read: observation of the one patient, only those with category=a|b'],
  ['patient/Observation.r?category=%', 'Read: observation of the one patient, only those with category=%'],
  ['offline_access', 'Keep access when you are not there, until you take it back'],
])('%s is told to people as “%s”', (scope, label) => {
  expect(scopeLabel(scope)).toBe(label);
});
