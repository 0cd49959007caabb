import type { Queryable } from './open-store.ts';

/** Number of the last change of the PACS that has been read; 0 before the first look. */
export async function pacsCursor(db: Queryable, source: string): Promise<number> {
  const [row] = await db.query<{ readonly last: number }>({
    name: 'pacs-cursor',
    text: 'select last from pacs_cursor where source = $1',
    values: [source],
  });
  return row?.last ?? 0;
}

/**
 * In the transaction that notes what the changes up to it tell.
 * @param from where the reader began: somebody who is elsewhere already is not moved
 */
export async function movePacsCursor(db: Queryable, source: string, from: number, last: number): Promise<void> {
  await db.query({
    name: 'move-pacs-cursor',
    text: `
insert into pacs_cursor (source, last) values ($1, $3)
on conflict (source) do update set last = $3 where pacs_cursor.last = $2`,
    values: [source, from, last],
  });
}
