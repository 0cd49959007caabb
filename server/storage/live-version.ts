import type { Queryable } from './db.ts';

/** What every process holds a copy of; each has a row in table setting with a number that rises with every change. */
export type LiveKind =
  'search_parameters' | 'canonicals' | 'tenants' | 'policies' | 'subscribers' | 'modules' | 'bots' | 'uris';

export async function liveVersion(db: Queryable, kind: LiveKind): Promise<number> {
  const [row] = await db.query<{ value: string }>({
    name: 'live_version',
    text: 'select value from setting where name = $1',
    values: [kind],
  });
  return Number(row?.value ?? 0);
}

/** Until the transaction ends, others that raise the same number wait: a number that is seen has all changes up to it. */
export async function raiseLiveVersion(db: Queryable, kind: LiveKind): Promise<void> {
  await db.query({
    text: 'update setting set value = (value::bigint + 1)::text where name = $1',
    values: [kind],
  });
}
