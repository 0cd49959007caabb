import { endSessions } from '../sessions/stored-session.ts';
import type { Actor } from './actor.ts';
import { checkPerson } from './create-account.ts';
import type { StoredAccount, StoredMembership } from './stored-account.ts';
import { tell } from './tell.ts';
import type { UserContext } from './user-context.ts';

/**
 * Lets an account act in a tenant as somebody who exists there. @param until milliseconds; undefined: until it is revoked
 * @throws Fault 400 when there is no such person
 */
export async function grantMembership(
  context: UserContext,
  account: StoredAccount,
  { tenant, fhirUser }: StoredMembership,
  until: number | undefined,
  { by, from }: Actor,
): Promise<void> {
  await checkPerson(context, tenant, fhirUser);
  await context.db.query({
    text: `insert into account_membership (account, tenant, fhir_user, until) values ($1, $2, $3, $4)
on conflict (account, tenant, fhir_user) do update set until = excluded.until`,
    values: [account.id, tenant, fhirUser, until],
  });
  await tell(context, account, from, { kind: 'membership-granted', outcome: 'success', by, tenant, fhirUser });
}

/** @returns whether there was one */
export async function revokeMembership(
  context: UserContext,
  account: StoredAccount,
  { tenant, fhirUser }: StoredMembership,
  { by, from }: Actor,
): Promise<boolean> {
  const isGone = await context.db.transaction(async (tx) => {
    const rows = await tx.query({
      text: 'delete from account_membership where account = $1 and tenant = $2 and fhir_user = $3 returning account',
      values: [account.id, tenant, fhirUser],
    });
    if (rows.length > 0) await endSessions(tx, account.id);
    return rows.length > 0;
  });
  if (isGone)
    await tell(context, account, from, { kind: 'membership-revoked', outcome: 'success', by, tenant, fhirUser });
  return isGone;
}
