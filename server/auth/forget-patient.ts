import type { ErasedPatient } from '../fhir/operations/erase.ts';
import type { Queryable } from '../storage/db.ts';

/**
 * Ends what a patient, or somebody for them, could do here: their membership of the tenant, the account when it has no
 * other, and what apps were granted for them.
 */
export async function forgetPatient(tx: Queryable, { tenant, names }: ErasedPatient): Promise<Record<string, number>> {
  const people = names.filter((name) => name.startsWith('Patient/') || name.startsWith('RelatedPerson/'));
  const patients = people.filter((name) => name.startsWith('Patient/')).map((name) => name.slice('Patient/'.length));
  const grants = await tx.query({
    text:
      `with gone as (delete from oauth_grant where tenant = $1 and (fhir_user = any($2::text[]) or context ->> 'patient' = any($3::text[])) ` +
      `returning id), records as (delete from oauth_record where grant_id in (select id from gone)) select id from gone`,
    values: [tenant, people, patients],
  });
  await tx.query({
    text: `delete from oauth_launch where tenant = $1 and context ->> 'patient' = any($2::text[])`,
    values: [tenant, patients],
  });
  const members = await tx.query<{ account: string }>({
    text: 'delete from account_membership where tenant = $1 and fhir_user = any($2::text[]) returning account',
    values: [tenant, people],
  });
  const accounts = await tx.query({
    text:
      `with gone as (delete from account a where a.id = any($1::uuid[]) ` +
      `and not exists (select from account_membership m where m.account = a.id) returning a.id), ` +
      `consents as (delete from oauth_consent where account in (select id::text from gone)) select id from gone`,
    values: [members.map(({ account }) => account)],
  });
  return { grants: grants.length, memberships: members.length, accounts: accounts.length };
}
