import type { Sealer } from '../protection/sealer.ts';
import type { Queryable } from '../storage/db.ts';

/** What the bots of a tenant keep secret: sealed in the database, open only in the memory of a run that names it. */
export async function storeSecret(
  db: Queryable,
  sealer: Sealer,
  { tenant, name, value, now }: { tenant: number; name: string; value: string; now: number },
): Promise<void> {
  await db.query({
    text:
      'insert into bot_secret (tenant, name, sealed, stored) values ($1, $2, $3, $4) ' +
      'on conflict (tenant, name) do update set sealed = $3, stored = $4',
    values: [tenant, name, sealer.seal(Buffer.from(value, 'utf8'), purposeOf(tenant, name)), now],
  });
}

export async function readSecret(
  db: Queryable,
  sealer: Sealer,
  tenant: number,
  name: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ sealed: Buffer }>({
    text: 'select sealed from bot_secret where tenant = $1 and name = $2',
    values: [tenant, name],
  });
  return row === undefined ? undefined : sealer.open(row.sealed, purposeOf(tenant, name)).toString('utf8');
}

/** Names, and when each was stored (ms). */
export async function listSecrets(
  db: Queryable,
  tenant: number,
): Promise<readonly { readonly name: string; readonly stored: number }[]> {
  return db.query({ text: 'select name, stored from bot_secret where tenant = $1 order by name', values: [tenant] });
}

/** @returns whether there was one */
export async function dropSecret(db: Queryable, tenant: number, name: string): Promise<boolean> {
  const text = 'delete from bot_secret where tenant = $1 and name = $2 returning name';
  return (await db.query({ text, values: [tenant, name] })).length > 0;
}

function purposeOf(tenant: number, name: string): string {
  return `bot-secret ${tenant} ${name}`;
}
