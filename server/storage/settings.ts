import type { Queryable } from './db.ts';

/** The secret of this database out of which index keys and link signatures are made; random, made with the schema. */
export async function readSalt(db: Queryable): Promise<string> {
  const [row] = await db.query<{ value: string }>({
    text: `select value from setting where name = 'salt'`,
    values: [],
  });
  if (row === undefined) throw new Error('table setting has no salt');
  return row.value;
}
