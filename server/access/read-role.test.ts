import { loadDefinitions } from '../definitions/load.ts';
import type { JsonValue } from '../kernel/json.ts';
import { readRole } from './read-role.ts';
import { context } from './shipped-access.fixture.ts';
import { typeGroups } from './type-groups.ts';

const GRANT = { types: ['Observation'], interactions: ['read'] };

function problems(role: unknown): readonly string[] {
  const reading = readRole(role as JsonValue, context);
  return 'role' in reading ? [] : reading.problems;
}

test.each<[string, unknown, string]>([
  ['no object', 'physician', 'is an object'],
  ['a list', [], 'is an object'],
  ['no name', { title: 'x', grants: [GRANT] }, 'name'],
  ['a name that is none', { name: 'A B', title: 'x', grants: [GRANT] }, 'name'],
  ['no grants', { name: 'x', title: 'x' }, 'grants must be a list'],
  ['an unknown key', { name: 'x', title: 'x', grants: [GRANT], grant: [] }, 'grant is not known'],
  [
    'a clearance for nothing',
    { name: 'x', title: 'x', grants: [GRANT], clearance: ['XYZ'] },
    'XYZ is no sensitive label',
  ],
])('%s is refused', (_, role, expected) => {
  expect(problems(role).join('\n')).toContain(expected);
});

test.each<[string, object, string]>([
  ['no types', { interactions: ['read'] }, 'types must be a list'],
  ['an empty list of types', { types: [], interactions: ['read'] }, 'types must be a list'],
  ['a type that is none', { ...GRANT, types: ['Observations'] }, 'there is no type or group Observations'],
  ['a group that is none', { ...GRANT, types: ['@nothing'] }, 'there is no type or group @nothing'],
  ['an interaction that is none', { ...GRANT, interactions: ['write'] }, 'interactions takes'],
  ['an interaction twice', { ...GRANT, interactions: ['read', 'read'] }, 'interactions takes'],
  ['a misspelled key', { ...GRANT, criterias: 'status=final' }, 'criterias is not known'],
  ['criteria that are no search', { ...GRANT, criteria: 'Observation' }, 'criteria for Observation'],
  ['criteria with a type', { ...GRANT, criteria: 'Observation?status=final' }, 'criteria for Observation'],
  ['criteria without a value', { ...GRANT, criteria: 'status=' }, 'criteria for Observation'],
  ['empty criteria', { ...GRANT, criteria: '' }, 'criteria for Observation'],
  ['criteria with an unknown parameter', { ...GRANT, criteria: 'state=final' }, 'has no search parameter "state"'],
  ['criteria that are a chain', { ...GRANT, criteria: 'subject:Patient.active=true' }, 'cannot limit access'],
  ['criteria with control parameters', { ...GRANT, criteria: 'status=final&_count=5' }, 'cannot limit access'],
  ['an unknown variable', { ...GRANT, criteria: 'subject=%me' }, 'criteria for Observation'],
  ['a variable within a value', { ...GRANT, criteria: 'code=%user' }, 'whole value of a reference'],
  ['a variable in a part of a value', { ...GRANT, criteria: 'subject=Patient/%user' }, 'criteria for Observation'],
  ['a compartment that is none', { ...GRANT, compartment: 'Ward/%user' }, 'compartment must be'],
  ['a compartment without variable', { ...GRANT, compartment: 'Patient/p1' }, 'compartment must be'],
  [
    'a compartment that the type is never in',
    { types: ['Organization'], interactions: ['read'], compartment: 'Patient/%patient' },
    'never in the compartment',
  ],
  ['a hidden element that is none', { ...GRANT, hidden: ['Observation.notes'] }, 'is no element'],
  ['a hidden element of another type', { ...GRANT, hidden: ['Patient.name'] }, 'is no element'],
  ['a hidden id', { ...GRANT, hidden: ['Observation.id'] }, 'cannot be limited'],
  ['a hidden meta', { ...GRANT, hidden: ['Observation.meta.security'] }, 'cannot be limited'],
  ['a hidden natural date', { ...GRANT, hidden: ['Observation.effective'] }, 'orders what is found'],
  ['a write constraint that is no FHIRPath', { ...GRANT, writeConstraint: '%after.status =' }, 'writeConstraint'],
  ['a write constraint that is no text', { ...GRANT, writeConstraint: true }, 'writeConstraint'],
  ['a ttl that is none', { ...GRANT, ttl: 0 }, 'ttl must be minutes'],
  ['purposes that are none', { ...GRANT, purposes: [] }, 'purposes must be a list'],
])('a grant with %s is refused', (_, grant, expected) => {
  expect(problems({ name: 'x', title: 'x', grants: [grant] }).join('\n')).toContain(expected);
});

test('denies are grants without anything that gives', () => {
  const deny = { ...GRANT, hidden: ['Observation.note'] };
  expect(problems({ name: 'x', title: 'x', grants: [GRANT], denies: [deny] }).join('\n')).toContain(
    'hidden is not known',
  );
});

test('every resource type of R4 stands in one group', () => {
  const grouped = [...typeGroups().values()].flat().sort();
  expect(grouped).toEqual([...loadDefinitions().resourceTypes].sort());
});
