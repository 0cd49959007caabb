import { fault } from '../../kernel/fault.ts';
import { uuidv7 } from '../../kernel/id.ts';
import type { Queryable } from '../../storage/db.ts';
import { isMailAddress } from './account-links.ts';
import type { Actor } from './actor.ts';
import { accountById, loginKey, type StoredAccount, type StoredMembership } from './stored-account.ts';
import type { PersonName, StaffRole } from './staff-directory.ts';
import { tell } from './tell.ts';
import type { UserContext } from './user-context.ts';

export interface NewAccount {
  readonly login: string;
  readonly mail: string | undefined;
  readonly tenant: number;
  /** Who it is: somebody who exists, or a new Practitioner. */
  readonly person: { readonly fhirUser: string } | { readonly name: PersonName; readonly roles: readonly StaffRole[] };
}

/**
 * An account that cannot sign in yet: it has neither password nor passkey until its invitation is taken up.
 * @throws Fault 400 for a login, mail address or person that cannot be, 409 when the login is taken
 */
export async function createAccount(
  context: UserContext,
  { login, mail, tenant, person }: NewAccount,
  { by, from }: Actor,
): Promise<StoredAccount> {
  const { db, staff, now } = context;
  checkLogin(login);
  if (mail !== undefined) checkMail(mail);
  if ('fhirUser' in person) await checkPerson(context, tenant, person.fhirUser);
  const taken = await db.query({ text: 'select from account where login_key = $1', values: [loginKey(login)] });
  if (taken.length > 0) throw loginTaken();
  const fhirUser =
    'fhirUser' in person ? person.fhirUser : await staff.addPractitioner(tenant, person.name, person.roles);
  const id = await db.transaction((tx) => insertAccount(tx, { login, mail, membership: { tenant, fhirUser } }, now()));
  const account = await accountById(db, id, now());
  if (account === undefined) throw loginTaken();
  await tell(context, account, from, { kind: 'account-created', outcome: 'success', by, tenant, fhirUser });
  return account;
}

/**
 * @returns its id
 * @throws Fault 409 when the login is taken
 */
export async function insertAccount(
  tx: Queryable,
  { login, mail, membership }: { login: string; mail: string | undefined; membership: StoredMembership },
  now: number,
): Promise<string> {
  const id = uuidv7(now);
  const rows = await tx.query({
    text: `insert into account (id, login, login_key, mail, created) values ($1, $2, $3, $4, $5)
on conflict (login_key) do nothing returning id`,
    values: [id, login.trim(), loginKey(login), mail, now],
  });
  if (rows.length === 0) throw loginTaken();
  await tx.query({
    text: 'insert into account_membership (account, tenant, fhir_user) values ($1, $2, $3)',
    values: [id, membership.tenant, membership.fhirUser],
  });
  return id;
}

/** @throws Fault 400 */
export function checkLogin(login: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._@+-]{1,253}$/u.test(login.trim())) return;
  const text = 'A login has 2 to 254 letters, digits and . _ @ + - and starts with a letter or digit.';
  throw fault('account.badLogin', 400, 'value', text);
}

/** @throws Fault 400 for somebody who does not exist, or cannot have an account */
export async function checkPerson({ staff }: UserContext, tenant: number, fhirUser: string): Promise<void> {
  const isReference = /^(Practitioner|Patient|RelatedPerson)\/[A-Za-z0-9.-]{1,64}$/.test(fhirUser);
  if (isReference && (await staff.exists(tenant, fhirUser))) return;
  const text =
    'The user must be a Practitioner, Patient or RelatedPerson that exists in the tenant, such as Practitioner/1.';
  throw fault('account.badUser', 400, 'value', text);
}

function checkMail(mail: string): void {
  if (isMailAddress(mail)) return;
  throw fault('account.badMail', 400, 'value', 'The mail address must look like name@clinic.example.');
}

function loginTaken(): Error {
  return fault(
    'account.loginTaken',
    409,
    'duplicate',
    'There is an account with this login already; choose another one.',
  );
}
