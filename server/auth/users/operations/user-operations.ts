import type { Operation } from '../../../fhir/operations/operation.ts';
import type { UserContext } from '../user-context.ts';
import { createUser } from './create-user.ts';
import { disableUser } from './disable-user.ts';
import { enableUser } from './enable-user.ts';
import { endUserSessions } from './end-user-sessions.ts';
import { grantUserMembership, revokeUserMembership } from './user-membership.ts';
import { inviteUser } from './invite-user.ts';
import { listUsers } from './list-users.ts';
import { resetUser } from './reset-user.ts';
import { unlockUser } from './unlock-user.ts';
import { toOperation } from './user-operation.ts';

/** Administration of accounts over FHIR; roles are PractitionerRoles, written as any other resource. */
export function userOperations(users: UserContext): readonly Operation[] {
  return [
    createUser,
    inviteUser,
    resetUser,
    disableUser,
    enableUser,
    unlockUser,
    endUserSessions,
    grantUserMembership,
    revokeUserMembership,
    listUsers,
  ].map((operation) => toOperation(users, operation));
}
