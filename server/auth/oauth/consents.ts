import type { Queryable } from '../../storage/db.ts';

/** What an account said when a client asked last. */
export interface Consent {
  readonly requested: readonly string[];
  readonly granted: readonly string[];
}

export interface ConsentKey {
  readonly account: string;
  readonly tenant: number;
  readonly client: string;
}

/** What was granted of exactly these scopes; undefined: they were not asked for before. */
export async function rememberedConsent(
  db: Queryable,
  { account, tenant, client }: ConsentKey,
  requested: readonly string[],
): Promise<readonly string[] | undefined> {
  const [row] = await db.query<{ readonly granted: string }>({
    text: 'select granted from oauth_consent where account = $1 and tenant = $2 and client = $3 and requested = $4',
    values: [account, tenant, client, listed(requested)],
  });
  return row?.granted.split(' ');
}

export async function rememberConsent(
  db: Queryable,
  { account, tenant, client }: ConsentKey,
  { requested, granted }: Consent,
): Promise<void> {
  await db.query({
    text: `insert into oauth_consent (account, tenant, client, requested, granted) values ($1, $2, $3, $4, $5)
           on conflict (account, tenant, client) do update set requested = excluded.requested, granted = excluded.granted`,
    values: [account, tenant, client, listed(requested), granted.join(' ')],
  });
}

function listed(scopes: readonly string[]): string {
  return [...scopes].sort().join(' ');
}
