import { timeOf } from '../../../fhir/query.ts';
import { grantMembership, revokeMembership } from '../account-memberships.ts';
import { accountOfTenant, required, type UserOperation } from './user-operation.ts';

export const grantUserMembership: UserOperation = {
  code: 'user-grant-membership',
  text: 'lets an account of the tenant act as somebody else of it too. Takes login, user (Practitioner/1, Patient/1, RelatedPerson/1), until (a date or time).',
  parameters: ['login', 'user', 'until'],
  affectsState: true,
  async run(call) {
    const { users, tenant, input, actor } = call;
    const membership = { tenant, fhirUser: required(input, 'user') };
    const until = timeOf(input, 'until')?.high;
    await grantMembership(users, await accountOfTenant(call), membership, until, actor);
    return [];
  },
};

export const revokeUserMembership: UserOperation = {
  code: 'user-revoke-membership',
  text: 'ends what $user-grant-membership gave. Takes login, user.',
  parameters: ['login', 'user'],
  affectsState: true,
  async run(call) {
    const { users, tenant, input, actor } = call;
    const membership = { tenant, fhirUser: required(input, 'user') };
    const isGone = await revokeMembership(users, await accountOfTenant(call), membership, actor);
    return [{ name: 'revoked', valueBoolean: isGone }];
  },
};
