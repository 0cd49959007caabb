import type { Account, Membership } from '../account.ts';
import type { StaffDirectory } from './staff-directory.ts';
import type { StoredAccount, StoredMembership } from './stored-account.ts';

/** With the roles of each membership as they are now. */
export async function accountOf(staff: StaffDirectory, stored: StoredAccount): Promise<Account> {
  const { id, login, validSince } = stored;
  const memberships: Membership[] = [];
  for (const membership of stored.memberships) memberships.push(await membershipOf(staff, membership));
  return { id, login, validSince, memberships };
}

export async function membershipOf(staff: StaffDirectory, { tenant, fhirUser }: StoredMembership): Promise<Membership> {
  const [kind] = fhirUser.split('/');
  const roles =
    kind === 'Practitioner'
      ? await staff.rolesOf(tenant, fhirUser)
      : kind === 'Patient'
        ? ['patient']
        : kind === 'RelatedPerson'
          ? ['proxy']
          : [];
  return { tenant, fhirUser, roles };
}
