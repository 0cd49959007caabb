import { fault } from '../../kernel/fault.ts';
import type { Queryable } from '../../storage/db.ts';
import type { UserContext } from './user-context.ts';

/** An OpenID provider whose word is taken for who somebody is. */
export interface SsoProvider {
  /** Part of the callback's address. */
  readonly id: string;
  /** On the button. */
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined for a public client. */
  readonly clientSecret: string | undefined;
  /** Whether its `amr` counts as a second factor here too. */
  readonly vouchesForFactor: boolean;
}

type ProviderContext = Pick<UserContext, 'db' | 'sealer'>;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly client_secret: Buffer | null;
  readonly vouches_for_factor: boolean;
}

/** Adds a provider, or changes the one with its id. @throws Fault 400 for an id or issuer that cannot be */
export async function saveProvider({ db, sealer }: ProviderContext, provider: SsoProvider): Promise<void> {
  if (!/^[a-z0-9-]{1,40}$/.test(provider.id)) {
    throw fault('sso.badId', 400, 'value', 'The id of a provider has 1 to 40 small letters, digits and hyphens.');
  }
  if (!isIssuer(provider.issuer)) {
    const text =
      'The issuer must be an https address without query, as in its discovery document; http is for this machine.';
    throw fault('sso.badIssuer', 400, 'value', text);
  }
  const secret = provider.clientSecret;
  await db.query({
    text: `insert into sign_in_provider (id, name, issuer, client_id, client_secret, vouches_for_factor)
values ($1, $2, $3, $4, $5, $6)
on conflict (id) do update set name = excluded.name, issuer = excluded.issuer, client_id = excluded.client_id,
  client_secret = excluded.client_secret, vouches_for_factor = excluded.vouches_for_factor`,
    values: [
      provider.id,
      provider.name,
      provider.issuer,
      provider.clientId,
      secret === undefined ? null : sealer.seal(Buffer.from(secret), purposeOf(provider.id)),
      provider.vouchesForFactor,
    ],
  });
}

/** @returns whether there was one */
export async function removeProvider(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query({ text: 'delete from sign_in_provider where id = $1 returning id', values: [id] });
  return rows.length > 0;
}

export async function providerById({ db, sealer }: ProviderContext, id: string): Promise<SsoProvider | undefined> {
  const [row] = await db.query<Row>({ text: 'select * from sign_in_provider where id = $1', values: [id] });
  if (row === undefined) return undefined;
  const secret = row.client_secret;
  return {
    ...facts(row),
    clientSecret: secret === null ? undefined : sealer.open(secret, purposeOf(id)).toString('utf8'),
  };
}

/** In order of name, without their secrets. */
export async function listProviders(db: Queryable): Promise<readonly Omit<SsoProvider, 'clientSecret'>[]> {
  const rows = await db.query<Row>({
    text: 'select id, name, issuer, client_id, vouches_for_factor from sign_in_provider order by name',
    values: [],
  });
  return rows.map(facts);
}

/** Who an identity at a provider is here. */
export async function accountOfIdentity(db: Queryable, issuer: string, subject: string): Promise<string | undefined> {
  const [row] = await db.query<{ account: string }>({
    text: 'select account from account_identity where issuer = $1 and subject = $2',
    values: [issuer, subject],
  });
  return row?.account;
}

/** @returns false when the identity is another account's */
export async function linkIdentity(
  db: Queryable,
  { issuer, subject, account }: { readonly issuer: string; readonly subject: string; readonly account: string },
  now: number,
): Promise<boolean> {
  await db.query({
    text: `insert into account_identity (issuer, subject, account, linked) values ($1, $2, $3, $4)
on conflict (issuer, subject) do nothing`,
    values: [issuer, subject, account, now],
  });
  return (await accountOfIdentity(db, issuer, subject)) === account;
}

/** @returns whether there was one */
export async function unlinkIdentity(db: Queryable, account: string, issuer: string): Promise<boolean> {
  const rows = await db.query({
    text: 'delete from account_identity where account = $1 and issuer = $2 returning account',
    values: [account, issuer],
  });
  return rows.length > 0;
}

/** Issuers at which the account has an identity. */
export async function linkedIssuers(db: Queryable, account: string): Promise<readonly string[]> {
  const rows = await db.query<{ issuer: string }>({
    text: 'select distinct issuer from account_identity where account = $1 order by issuer',
    values: [account],
  });
  return rows.map((row) => row.issuer);
}

function isIssuer(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.search !== '' || url.hash !== '' || url.username !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url.hostname));
}

export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

function facts({ id, name, issuer, client_id, vouches_for_factor }: Row): Omit<SsoProvider, 'clientSecret'> {
  return { id, name, issuer, clientId: client_id, vouchesForFactor: vouches_for_factor };
}

function purposeOf(id: string): string {
  return `client secret ${id}`;
}
