import type { Queryable } from './open-store.ts';

/** Messages that made, changed or found newer one of the resources, or tell of it. @param names `Type/id` */
export async function messagesAbout(db: Queryable, names: readonly string[]): Promise<readonly number[]> {
  const rows = await db.query<{ readonly seq: number }>({
    text: 'select seq from progress where resources && $1::text[] or superseded && $1::text[]',
    values: [names],
  });
  return rows.map(({ seq }) => seq);
}

/** A message that has made nothing. */
export interface IdleMessage {
  readonly seq: number;
  readonly bytes: Buffer;
  readonly charset: string;
}

/** Messages behind `after` that are found by one of the numbers and have made nothing: by whom they are is in their text alone. */
export function idleMessages(
  db: Queryable,
  numbers: readonly string[],
  after: number,
  limit: number,
): Promise<readonly IdleMessage[]> {
  return db.query<IdleMessage>({
    text:
      'select m.seq, m.bytes, m.charset from message m join progress p on p.seq = m.seq ' +
      'where m.refs && $1::text[] and m.seq > $2 and cardinality(p.resources) = 0 order by m.seq limit $3',
    values: [numbers.map((number) => `p:${number}`), after, limit],
  });
}

/**
 * Deletes messages with all that is known of them, and those that they are parts, corrections or answers of.
 * @returns how many; undefined, and nothing is deleted, while one of them is being worked on
 */
export async function deleteMessages(tx: Queryable, seqs: readonly number[]): Promise<number | undefined> {
  const rows = await tx.query<{ readonly seq: number; readonly busy: boolean }>({
    text:
      'with recursive hers (seq, parent) as (select seq, parent from message where seq = any($1::bigint[]) ' +
      'union select m.seq, m.parent from hers h join message m on m.id = h.parent) ' +
      'select p.seq, coalesce(p.leased_until > now(), false) as busy from progress p where p.seq in (select seq from hers) ' +
      'order by p.seq for update',
    values: [seqs],
  });
  if (rows.some(({ busy }) => busy)) return undefined;
  const all = rows.map(({ seq }) => seq);
  for (const table of ['message', 'lane_entry', 'attempt', 'waiting', 'edit', 'progress']) {
    await tx.query({ text: `delete from ${table} where seq = any($1::bigint[])`, values: [all] });
  }
  return all.length;
}

/** Takes a patient's number, and what was decided for them, out of what is known of the PACS's studies. */
export async function forgetStudies(tx: Queryable, patient: string, imagingStudies: readonly string[]): Promise<void> {
  await tx.query({
    text:
      'update pacs_study set patient_number = null, identity = null, decided = null, decided_for = null ' +
      'where imaging_study = any($2::text[]) or decided = $1',
    values: [patient, imagingStudies],
  });
  await tx.query({ text: 'delete from pacs_patient where patient = $1', values: [patient] });
}
