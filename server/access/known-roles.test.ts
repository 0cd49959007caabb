import type { JsonObject } from '../kernel/json.ts';
import { knownRoles, type RoleContribution } from './known-roles.ts';
import { context } from './shipped-access.fixture.ts';
import { shippedRoles } from './shipped-roles.ts';

function contributed(...roles: readonly JsonObject[]): readonly RoleContribution[] {
  return roles.map((json, index) => ({ origin: `access/${index}.json of module m`, json }));
}

const grant = { types: ['Slot'], interactions: ['create'] };

test('without modules they are those of the server', () => {
  expect([...knownRoles([], context).keys()]).toEqual(shippedRoles(context).map(({ name }) => name));
});

test('a role of a module is one beside them', () => {
  const reading = knownRoles(contributed({ name: 'clerk', title: 'Clerk', grants: [grant] }), context).get('clerk');
  expect(reading).toMatchObject({ role: { name: 'clerk', grants: [{ types: ['Slot'] }] } });
});

test('what modules add to a role is united, and the role stays what it is', () => {
  const [nurse] = shippedRoles(context).filter(({ name }) => name === 'nurse');
  const added = contributed(
    { extends: 'nurse', grants: [grant], operations: ['admit'] },
    { extends: 'nurse', operations: ['admit', 'discharge'] },
  );
  const reading = knownRoles(added, context).get('nurse');
  if (reading === undefined || !('role' in reading)) throw new Error('nurse cannot be read');
  const { role } = reading;
  expect(role.grants.slice(0, -1)).toEqual(nurse?.grants);
  expect(role.grants.at(-1)).toMatchObject({ types: ['Slot'], interactions: ['create'] });
  expect(role.operations).toEqual([...(nurse?.operations ?? []), 'admit', 'discharge']);
  expect([role.title, role.purpose, role.clearance]).toEqual([nurse?.title, nurse?.purpose, nurse?.clearance]);
});

test('a module may add to a role of another one, whichever comes first', () => {
  const added = contributed(
    { extends: 'clerk', operations: ['admit'] },
    { name: 'clerk', title: 'Clerk', grants: [grant] },
  );
  expect(knownRoles(added, context).get('clerk')).toMatchObject({ role: { operations: ['admit'] } });
});

test.each<[string, JsonObject, RegExp]>([
  ['nobody', { extends: 'nobody' }, /access\/0\.json of module m: there is no role nobody to extend\./],
  [
    'nurse',
    { extends: 'nurse', clearance: ['R'] },
    /clearance cannot be extended; known are extends, grants, operations\./,
  ],
  [
    'nurse',
    { extends: 'nurse', grants: [{ types: ['Nothing'], interactions: ['read'] }] },
    /there is no type or group Nothing/,
  ],
  ['clerk', { name: 'clerk', title: 'Clerk' }, /access\/0\.json of module m: grants must be a list/],
])('%s: what is wrong takes everything', (name, json, problem) => {
  expect(knownRoles(contributed(json), context).get(name)).toEqual({ problems: [expect.stringMatching(problem)] });
});
