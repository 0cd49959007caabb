import type { Queryable } from './open-store.ts';

/**
 * MSH-13 of the last message that was taken from a partner; nobody else takes one of it until the transaction ends.
 *
 * @returns undefined: none yet, or the next one begins anew
 */
export async function lockSequenceNumber(tx: Queryable, partner: string): Promise<number | undefined> {
  await tx.query({
    name: 'know-sequence-number',
    text: 'insert into sequence_number (partner, last) values ($1, -1) on conflict do nothing',
    values: [partner],
  });
  const [row] = await tx.query<{ readonly last: number }>({
    name: 'lock-sequence-number',
    text: 'select last from sequence_number where partner = $1 for update',
    values: [partner],
  });
  return row === undefined || row.last < 0 ? undefined : row.last;
}

export async function keepSequenceNumber(tx: Queryable, partner: string, last: number | undefined): Promise<void> {
  await tx.query({
    name: 'keep-sequence-number',
    text: 'update sequence_number set last = $2 where partner = $1',
    values: [partner, last ?? -1],
  });
}
