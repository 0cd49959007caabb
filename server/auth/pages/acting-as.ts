import { readTenants } from '../../storage/tenants.ts';
import type { StoredMembership } from '../users/stored-account.ts';
import type { UserContext } from '../users/user-context.ts';

const KINDS: Readonly<Record<string, string>> = {
  Practitioner: 'staff',
  Patient: 'patient',
  RelatedPerson: 'for a relative',
};

/** What somebody is in a tenant, for people; the tenant is named where there are several. */
export async function nameOf(
  { db, staff }: Pick<UserContext, 'db' | 'staff'>,
  { tenant, fhirUser }: StoredMembership,
): Promise<string> {
  const [kind = ''] = fhirUser.split('/');
  const name = `${await staff.nameOf(tenant, fhirUser)} (${KINDS[kind] ?? kind})`;
  const tenants = await readTenants(db);
  const title = tenants.find(({ id }) => id === tenant)?.title;
  return tenants.length < 2 || title === undefined ? name : `${name} at ${title}`;
}
