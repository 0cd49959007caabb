import { changeRole, staffRole } from '../account-roles.ts';
import { OPERATOR } from '../actor.ts';
import { STAFF_ROLES } from '../staff-directory.ts';
import type { Verb } from './verb.ts';

const TENANT = { tenant: { type: 'string', value: 'NUMBER' } } as const;

/** `athanor role …`: roles of Practitioners, which are PractitionerRole resources. */
export const ROLE_VERBS: readonly Verb[] = [
  {
    name: 'grant',
    takes: ['Practitioner/ID', 'ROLE'],
    options: TENANT,
    text: `gives one of the roles ${STAFF_ROLES.join(', ')}; whoever is signed in as them signs in again`,
    async run(users, [practitioner = '', role = ''], options) {
      const isNew = await changeRole(users, 'grant', options.tenant(), practitioner, staffRole(role), OPERATOR);
      return isNew ? '' : `${practitioner} has the role already.`;
    },
  },
  {
    name: 'revoke',
    takes: ['Practitioner/ID', 'ROLE'],
    options: TENANT,
    text: 'takes it away',
    async run(users, [practitioner = '', role = ''], options) {
      const wasThere = await changeRole(users, 'revoke', options.tenant(), practitioner, staffRole(role), OPERATOR);
      return wasThere ? '' : `${practitioner} does not have the role.`;
    },
  },
  {
    name: 'list',
    takes: ['Practitioner/ID'],
    options: TENANT,
    text: 'shows the roles of a Practitioner',
    run: async ({ staff }, [practitioner = ''], options) =>
      (await staff.rolesOf(options.tenant(), practitioner)).join('\n'),
  },
];
