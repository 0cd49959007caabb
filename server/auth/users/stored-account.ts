import type { Queryable } from '../../storage/db.ts';

/** An account as the database has it. */
export interface StoredAccount {
  readonly id: string;
  readonly login: string;
  readonly mail: string | undefined;
  readonly isDisabled: boolean;
  /** Argon2id; undefined: nobody can sign in by password. */
  readonly passwordHash: string | undefined;
  readonly isPasswordShort: boolean;
  /** Milliseconds. */
  readonly passwordSet: number | undefined;
  /** Sealed. */
  readonly totpSecret: Buffer | undefined;
  readonly validSince: number;
  readonly passkeys: number;
  readonly memberships: readonly StoredMembership[];
}

export interface StoredMembership {
  readonly tenant: number;
  /** `Practitioner/1` */
  readonly fhirUser: string;
}

interface Row {
  readonly id: string;
  readonly login: string;
  readonly mail: string | null;
  readonly is_disabled: boolean;
  readonly password_hash: string | null;
  readonly password_is_short: boolean;
  readonly password_set: number | null;
  readonly totp_secret: Buffer | null;
  readonly valid_since: number;
  readonly passkeys: number;
  readonly memberships: readonly StoredMembership[];
}

// Of a tenant that is disabled nobody is let in.
const IS_CURRENT =
  '(until is null or until > $2) and exists (select from tenant t where t.id = m.tenant and t.disabled is null)';

const COLUMNS = `id, login, mail, is_disabled, password_hash, password_is_short, password_set, totp_secret, valid_since,
(select count(*)::integer from account_passkey where account = a.id) as passkeys,
(select coalesce(json_agg(json_build_object('tenant', tenant, 'fhirUser', fhir_user) order by tenant, fhir_user), '[]')
  from account_membership m where account = a.id and ${IS_CURRENT}) as memberships`;

/** How logins are compared: `Anna@Clinic.example` and `anna@clinic.example` are one. */
export function loginKey(login: string): string {
  return login.trim().normalize('NFKC').toLowerCase();
}

export async function accountByLogin(db: Queryable, login: string, now: number): Promise<StoredAccount | undefined> {
  const [row] = await db.query<Row>({
    name: 'account-by-login',
    text: `select ${COLUMNS} from account a where login_key = $1`,
    values: [loginKey(login), now],
  });
  return row && fromRow(row);
}

export async function accountById(db: Queryable, id: string, now: number): Promise<StoredAccount | undefined> {
  const [row] = await db.query<Row>({
    name: 'account-by-id',
    text: `select ${COLUMNS} from account a where id = $1`,
    values: [id, now],
  });
  return row && fromRow(row);
}

/** In order of login. @param tenant only accounts that belong to it */
export async function listAccounts(
  db: Queryable,
  tenant: number | undefined,
  now: number,
): Promise<readonly StoredAccount[]> {
  const rows = await db.query<Row>({
    text: `select ${COLUMNS} from account a where $1::smallint is null or exists (
  select from account_membership m where account = a.id and tenant = $1 and ${IS_CURRENT}
) order by login_key`,
    values: [tenant, now],
  });
  return rows.map(fromRow);
}

export function hasSecondFactor(account: StoredAccount): boolean {
  return account.totpSecret !== undefined || account.passkeys > 0;
}

function fromRow(row: Row): StoredAccount {
  return {
    id: row.id,
    login: row.login,
    mail: row.mail ?? undefined,
    isDisabled: row.is_disabled,
    passwordHash: row.password_hash ?? undefined,
    isPasswordShort: row.password_is_short,
    passwordSet: row.password_set ?? undefined,
    totpSecret: row.totp_secret ?? undefined,
    validSince: row.valid_since,
    passkeys: row.passkeys,
    memberships: row.memberships,
  };
}
