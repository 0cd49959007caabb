import { createHash } from 'node:crypto';
import type { Queryable } from '../storage/db.ts';
import type { UseToken } from './caller.ts';

/** Notes each token when it is used first; all processes share what is noted. */
export function createUsedTokens(dbOf: (tenant: number) => Queryable): UseToken {
  return async ({ client: { tenant, issuer }, jti, expires }) => {
    const hash = createHash('sha256')
      .update(JSON.stringify([issuer, jti]))
      .digest();
    const noted = await dbOf(tenant).query({
      name: 'cds_use_token',
      text: 'insert into cds_token (tenant, hash, expires) values ($1, $2, $3) on conflict do nothing returning 1',
      values: [tenant, hash, expires],
    });
    return noted.length > 0;
  };
}

/** Forgets tokens that have expired; over all tenants. */
export async function dropUsedTokens(db: Queryable, now: number): Promise<void> {
  await db.query({ text: 'delete from cds_token where expires < $1', values: [now] });
}
