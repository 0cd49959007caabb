import type { Queryable } from './db.ts';

/** What a websocket may be bound to by a token. */
export interface BindingToken {
  readonly tenant: number;
  /** Ids of Subscriptions. */
  readonly subscriptions: readonly string[];
  /** JSON of who asked for it. */
  readonly binder: string;
}

/** @param hash SHA-256 @param expires milliseconds */
export async function storeToken(db: Queryable, hash: Buffer, token: BindingToken, expires: number): Promise<void> {
  await db.query({
    text: 'insert into subscription_token (tenant, hash, subscriptions, binder, expires) values ($1, $2, $3, $4, $5)',
    values: [token.tenant, hash, token.subscriptions, token.binder, expires],
  });
}

/** A token works once: whoever sees it later has nothing. Those that expired go with it. */
export async function takeToken(db: Queryable, hash: Buffer, now: number): Promise<BindingToken | undefined> {
  const rows = await db.query<BindingToken & { expires: number; isAsked: boolean }>({
    text:
      'delete from subscription_token where hash = $1 or expires < $2 ' +
      'returning tenant, subscriptions, binder, expires, hash = $1 as "isAsked"',
    values: [hash, now],
  });
  return rows.find(({ isAsked, expires }) => isAsked && expires >= now);
}
