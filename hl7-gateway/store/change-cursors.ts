import type { Queryable } from './open-store.ts';

/** Number of the first event of a type's changes that has not been read; 1 before the first look. */
export async function changeCursor(db: Queryable, type: string): Promise<number> {
  const [row] = await db.query<{ readonly next: number }>({
    name: 'change-cursor',
    text: 'select next from change_cursor where type = $1',
    values: [type],
  });
  return row?.next ?? 1;
}

/**
 * In the transaction that queues what the events before it led to.
 * @param from where the reader began: somebody who is there already is not moved
 * @returns whether it was moved; otherwise another gateway has read them
 */
export async function moveChangeCursor(db: Queryable, type: string, from: number, next: number): Promise<boolean> {
  const rows = await db.query({
    name: 'move-change-cursor',
    text: `
insert into change_cursor (type, next) values ($1, $3)
on conflict (type) do update set next = $3 where change_cursor.next = $2 returning next`,
    values: [type, from, next],
  });
  return rows.length > 0;
}
