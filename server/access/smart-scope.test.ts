import { context } from './shipped-access.fixture.ts';
import { parseSmartScope } from './smart-scope.ts';

test.each([
  ['patient/Observation.rs', 'patient Observation read,search'],
  ['user/*.cruds', 'user * create,read,update,delete,search'],
  ['system/Patient.c', 'system Patient create'],
  ['patient/Observation.read', 'patient Observation read,search'],
  ['user/Patient.write', 'user Patient create,update,delete'],
  ['patient/*.*', 'patient * create,read,update,delete,search'],
  ['patient/Observation.rs?category=laboratory', 'patient Observation read,search category=laboratory'],
  [
    'patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|encounter-diagnosis',
    'patient Condition read,search category=http://terminology.hl7.org/CodeSystem/condition-category|encounter-diagnosis',
  ],
  [
    'patient/Observation.rs?category=laboratory&status=final',
    'patient Observation read,search category=laboratory&status=final',
  ],
])('%s is %s', (text, expected) => {
  const scope = parseSmartScope(text, context);
  const { level, type, actions, query } = scope ?? { level: '', type: '', actions: [], query: undefined };
  expect(`${level} ${type} ${[...actions].join(',')}${query === undefined ? '' : ` ${query}`}`).toBe(expected);
});

test.each([
  'openid',
  'launch/patient',
  'patient/Observation',
  'patient/Observation.',
  'patient/Observation.sr',
  'patient/Observation.rrs',
  'patient/Observation.dus?',
  'patient/observation.rs',
  'patient/Observations.rs',
  'patient/Resource.rs',
  'Patient/Observation.rs',
  'patients/Observation.rs',
  ' patient/Observation.rs',
  'patient/Observation.rs ',
  'patient/Observation.rs\nuser/*.cruds',
  'patient/*.rs?category=laboratory',
  'patient/Observation.read?category=laboratory',
  'patient/Observation.rs?',
  'patient/Observation.rs?category=',
  'patient/Observation.rs?category',
  'patient/Observation.rs?nothing=x',
  'patient/Observation.rs?category:in=http://example.org/ValueSet/unknown',
  'patient/Observation.rs?_count=1',
  'patient/Observation.rs?_sort=date&category=laboratory',
  'patient/Observation.rs?category=laboratory&_include=Observation:subject',
  'patient/Observation.rs?subject:Patient.name=x',
  'patient/Patient.rs?_has:Observation:patient:code=x',
  'patient/Observation.rs?_text=x',
  'patient/Observation.rs?_id=x',
  'patient/Observation.rs?code:text=x',
  'patient/Patient.rs?name=x',
  'patient/Observation.rs?value-quantity=5',
  'patient/Observation.rs?date=ap2020',
  'patient/Observation.rs?subject=%patient',
  'patient/Location.rs?partof:below=Location/1',
  `patient/Observation.rs?code=${'x'.repeat(2000)}`,
  '__proto__/Observation.rs',
  'patient/constructor.rs',
  'patient/Observation.__proto__',
])('%j grants nothing', (text) => {
  expect(parseSmartScope(text, context)).toBeUndefined();
});
