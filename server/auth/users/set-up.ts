import type { UserContext } from './user-context.ts';
import type { Queryable } from '../../storage/db.ts';
import { consumeToken, issueToken, voidTokens } from './one-time-token.ts';
import { checkLogin, insertAccount } from './create-account.ts';
import { isShort } from './password-policy.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import type { PersonName } from './staff-directory.ts';
import { tell } from './tell.ts';
import { adoptTotp, type ConfirmedTotp } from './totp.ts';
import type { ClientAddress } from './client-address.ts';

/** The tenant whose administrator the first account is. */
const FIRST_TENANT = 1;

/**
 * Where the first administrator is made, while there is no account at all; undefined when there is one. Works for a day,
 * once; an earlier link works no more.
 */
export async function setUpLink({
  db,
  origin,
  now,
}: Pick<UserContext, 'db' | 'origin' | 'now'>): Promise<string | undefined> {
  if (await hasAccounts(db)) return undefined;
  await voidTokens(db, ['set-up'], undefined);
  return `${origin}/auth/set-up/${await issueToken(db, 'set-up', { account: undefined, data: {} }, now())}`;
}

export interface FirstAccount {
  readonly login: string;
  readonly name: PersonName;
  /** Known to be acceptable. */
  readonly password: string;
  readonly ticket: string;
  readonly totp: ConfirmedTotp;
}

/**
 * Makes the first administrator: Practitioner, role, account, password and second factor.
 * @returns their recovery codes; undefined when the link was used meanwhile
 * @throws Fault 400 for a login that cannot be
 */
export async function setUp(
  context: UserContext,
  link: string,
  { login, name, password, ticket, totp }: FirstAccount,
  from: ClientAddress,
): Promise<readonly string[] | undefined> {
  const { db, hasher, staff, now } = context;
  checkLogin(login);
  const hash = await hasher.hash(password);
  const made = await db.transaction(async (tx) => {
    // Of parallel uses the others wait here for the first one's end, and find the link gone then.
    if ((await consumeToken(tx, 'set-up', link, now())) === undefined || (await hasAccounts(tx))) return undefined;
    const fhirUser = await staff.addPractitioner(FIRST_TENANT, name, ['administrator']);
    const id = await insertAccount(
      tx,
      { login, mail: undefined, membership: { tenant: FIRST_TENANT, fhirUser } },
      now(),
    );
    await tx.query({
      text: 'update account set password_hash = $2, password_is_short = $3, password_set = $4 where id = $1',
      values: [id, hash, isShort(password), now()],
    });
    if (!(await adoptTotp(tx, context, id, ticket, totp))) throw new Error('The offer of a TOTP secret is gone.');
    return { account: { id, login: login.trim() }, fhirUser, codes: await makeRecoveryCodes(tx, id) };
  });
  if (made === undefined) return undefined;
  const { account, fhirUser, codes } = made;
  await tell(context, account, from, {
    kind: 'account-created',
    outcome: 'success',
    tenant: FIRST_TENANT,
    fhirUser,
    detail: 'set-up',
  });
  return codes;
}

async function hasAccounts(db: Queryable): Promise<boolean> {
  return (await db.query({ text: 'select from account limit 1', values: [] })).length > 0;
}
