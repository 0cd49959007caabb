import { grantable, type ScopeRules } from './grantable.ts';

const rules = (ceiling: string, kind: ScopeRules['kind'] = 'user'): ScopeRules => ({
  ceiling: ceiling.split(' '),
  kind,
  mayRefresh: true,
  isValid: (scope) => !scope.includes('Nonsense'),
});

test.each([
  ['what the client may have', 'patient/*.rs', 'patient/Observation.rs', 'patient/Observation.rs'],
  ['a wildcard of version 1, as it was asked', 'patient/*.cruds', 'patient/*.read', 'patient/*.read'],
  ['fewer actions', 'patient/*.rs', 'patient/Observation.cruds', 'patient/Observation.rs'],
  ['fewer actions, in version 1', 'patient/*.rs', 'patient/Observation.*', 'patient/Observation.read'],
  ['fewer types', 'user/Patient.rs user/Condition.r', 'user/*.rs', 'user/Patient.rs user/Condition.r'],
  ['a granular scope', 'patient/*.rs', 'patient/Observation.rs?category=a|b', 'patient/Observation.rs?category=a|b'],
  [
    'only granular scopes',
    'patient/Observation.rs?category=a',
    'patient/Observation.rs',
    'patient/Observation.rs?category=a',
  ],
  [
    'both conditions',
    'patient/Observation.rs?category=a',
    'patient/Observation.rs?code=b',
    'patient/Observation.rs?code=b&category=a',
  ],
  ['no other context', 'patient/*.rs', 'user/Patient.rs', ''],
  ['no system scopes for users', 'system/*.rs patient/*.rs', 'system/Patient.rs', ''],
  ['no letters in another order', 'patient/*.cruds', 'patient/Patient.sr patient/Patient.dus', ''],
  ['no empty access', 'patient/*.cruds', 'patient/Patient.', ''],
  ['no types in lower case', 'patient/*.cruds', 'patient/patient.rs', ''],
  ['no unknown types', 'patient/*.cruds', 'patient/Nonsense.rs', ''],
  ['no query with version 1', 'patient/*.cruds', 'patient/Observation.read?category=a', ''],
  ['no unknown scopes', 'patient/*.cruds', 'admin everything introspect', ''],
  [
    'scopes without resources',
    '',
    'openid fhirUser launch/patient offline_access',
    'openid fhirUser launch/patient offline_access',
  ],
])('grants %s', (_name, ceiling, asked, granted) => {
  expect(grantable(asked.split(' '), rules(ceiling)).join(' ')).toBe(granted);
});

test('systems get system scopes and nothing of users', () => {
  const asked = 'system/Patient.rs openid launch patient/Patient.rs offline_access introspect'.split(' ');
  expect(grantable(asked, rules('system/*.rs', 'system'))).toEqual(['system/Patient.rs']);
  expect(grantable(asked, rules('system/*.rs introspect', 'system'))).toEqual(['system/Patient.rs', 'introspect']);
});

test('without refresh tokens there is no offline access', () => {
  expect(grantable(['offline_access'], { ...rules(''), mayRefresh: false })).toEqual([]);
});
