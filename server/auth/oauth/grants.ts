import type { JsonObject } from '../../kernel/json.ts';
import type { Db, Queryable } from '../../storage/db.ts';
import type { ConsentKey } from './consents.ts';

/** What a user granted to a client. Times in milliseconds. */
export interface OAuthGrant {
  /** Of the library's Grant. */
  readonly id: string;
  readonly client: string;
  readonly account: string;
  readonly tenant: number;
  readonly fhirUser: string;
  readonly scopes: readonly string[];
  /** Members of the token answer: `patient`, `encounter`, `intent`, … */
  readonly context: JsonObject;
  /** The browser's session that the client's access ends with; undefined: it stays. */
  readonly session: string | undefined;
  readonly signedIn: number;
  readonly secondFactor: number | undefined;
  readonly created: number;
}

interface Row {
  readonly id: string;
  readonly client: string;
  readonly account: string;
  readonly tenant: number;
  readonly fhir_user: string;
  readonly scopes: string;
  readonly context: JsonObject;
  readonly session: string | null;
  readonly signed_in: number;
  readonly second_factor: number | null;
  readonly created: number;
}

const COLUMNS = 'id, client, account, tenant, fhir_user, scopes, context, session, signed_in, second_factor, created';

export async function insertGrant(db: Queryable, grant: OAuthGrant): Promise<void> {
  await db.query({
    text: `insert into oauth_grant (${COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    values: [
      grant.id,
      grant.client,
      grant.account,
      grant.tenant,
      grant.fhirUser,
      grant.scopes.join(' '),
      JSON.stringify(grant.context),
      grant.session ?? null,
      grant.signedIn,
      grant.secondFactor ?? null,
      grant.created,
    ],
  });
}

export async function readGrant(db: Queryable, id: string): Promise<OAuthGrant | undefined> {
  const [row] = await db.query<Row>({
    name: 'oauth_grant',
    text: `select ${COLUMNS} from oauth_grant where id = $1`,
    values: [id],
  });
  return row === undefined ? undefined : grantOf(row);
}

/** What one client may do on behalf of an account. */
export interface GrantedApp {
  readonly client: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Milliseconds: of the first grant. */
  readonly since: number;
}

/** The clients that have tokens of an account, as far as they can still be used. */
export async function grantedApps(db: Queryable, account: string, now: number): Promise<readonly GrantedApp[]> {
  const rows = await db.query<{ client: string; name: string; scopes: string; since: number }>({
    text: `select g.client, c.metadata ->> 'name' as name, string_agg(g.scopes, ' ') as scopes, min(g.created) as since
           from oauth_grant g join oauth_client c on c.id = g.client
           where g.account = $1 and exists (select from oauth_record r
             where r.grant_id = g.id and r.kind in ('AccessToken', 'RefreshToken') and consumed is null and r.expires > $2)
           group by g.client, c.metadata order by name`,
    values: [account, now],
  });
  return rows.map((row) => ({ ...row, scopes: [...new Set(row.scopes.split(' '))] }));
}

/** Whether an account lets a client act on its behalf: with tokens, or with such as it gets without being asked again. */
export async function isGranted(db: Queryable, { account, tenant, client }: ConsentKey): Promise<boolean> {
  const [row] = await db.query<{ readonly granted: boolean }>({
    name: 'oauth_granted',
    text: `select exists (select from oauth_grant where account = $1 and tenant = $2 and client = $3)
             or exists (select from oauth_consent where account = $1 and tenant = $2 and client = $3) as granted`,
    values: [account, tenant, client],
  });
  return row?.granted === true;
}

/** The grant with its context; codes and tokens are the adapter's. */
export async function deleteGrant(db: Queryable, id: string): Promise<void> {
  await db.query({ text: 'delete from oauth_grant where id = $1', values: [id] });
}

/** Takes back all that an account granted to a client: codes, tokens, and what it agreed to. */
export async function revokeClient(db: Db, account: string, client: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({
      text: `delete from oauth_record where grant_id in (select id from oauth_grant where account = $1 and client = $2)`,
      values: [account, client],
    });
    await tx.query({
      text: `delete from oauth_record where kind = 'Grant' and id in (
               select sha256(convert_to(id, 'UTF8')) from oauth_grant where account = $1 and client = $2)`,
      values: [account, client],
    });
    await tx.query({ text: 'delete from oauth_grant where account = $1 and client = $2', values: [account, client] });
    await tx.query({ text: 'delete from oauth_consent where account = $1 and client = $2', values: [account, client] });
  });
}

/** Removes what has expired, and grants without tokens, a bounded number at a time. */
export async function removeExpired(db: Db, now: number): Promise<void> {
  await db.query({
    text: `delete from oauth_record where (kind, id) in (
             select kind, id from oauth_record where expires <= $1 order by expires limit $2)`,
    values: [now, BATCH],
  });
  await db.query({ text: 'delete from oauth_launch where expires <= $1', values: [now] });
  await db.query({
    text: `with dead as (
             delete from oauth_grant g where id in (
               select id from oauth_grant g where created < $1
                 and not exists (select from oauth_record r where r.grant_id = g.id) limit $2)
             returning id)
           delete from oauth_record where kind = 'Grant' and id in (select sha256(convert_to(id, 'UTF8')) from dead)`,
    values: [now - DAY, BATCH],
  });
}

const BATCH = 1000;
const DAY = 86_400_000;

function grantOf(row: Row): OAuthGrant {
  return {
    id: row.id,
    client: row.client,
    account: row.account,
    tenant: row.tenant,
    fhirUser: row.fhir_user,
    scopes: row.scopes.split(' '),
    context: row.context,
    session: row.session ?? undefined,
    signedIn: row.signed_in,
    secondFactor: row.second_factor ?? undefined,
    created: row.created,
  };
}
