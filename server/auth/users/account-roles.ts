import { fault } from '../../kernel/fault.ts';
import { endSessions } from '../sessions/stored-session.ts';
import type { Actor } from './actor.ts';
import { STAFF_ROLES, type StaffRole } from './staff-directory.ts';
import { tell } from './tell.ts';
import type { UserContext } from './user-context.ts';

/** Gives or takes a role of a Practitioner; whoever is signed in as them signs in again. @returns whether that changed anything */
export async function changeRole(
  context: UserContext,
  change: 'grant' | 'revoke',
  tenant: number,
  practitioner: string,
  role: StaffRole,
  { by, from }: Actor,
): Promise<boolean> {
  const { db, staff } = context;
  if (!/^Practitioner\/[A-Za-z0-9.-]{1,64}$/.test(practitioner) || !(await staff.exists(tenant, practitioner))) {
    throw fault(
      'account.badPractitioner',
      400,
      'value',
      'Roles are of a Practitioner that exists, such as Practitioner/1.',
    );
  }
  const isChanged =
    change === 'grant'
      ? await staff.grantRole(tenant, practitioner, role)
      : await staff.revokeRole(tenant, practitioner, role);
  if (!isChanged) return false;
  const accounts = await db.query<{ id: string; login: string }>({
    text: `select id, login from account where id in (
  select account from account_membership where tenant = $1 and fhir_user = $2
)`,
    values: [tenant, practitioner],
  });
  for (const account of accounts) {
    await endSessions(db, account.id);
    const kind = change === 'grant' ? 'role-granted' : 'role-revoked';
    await tell(context, account, from, { kind, outcome: 'success', by, tenant, fhirUser: practitioner, detail: role });
  }
  return true;
}

/** @throws Fault 400 that lists the roles */
export function staffRole(text: string): StaffRole {
  const role = STAFF_ROLES.find((known) => known === text);
  if (role !== undefined) return role;
  throw fault('account.badRole', 400, 'value', `A role of staff is one of ${STAFF_ROLES.join(', ')}.`);
}
