import type { Queryable } from './open-store.ts';

export interface StoredCode {
  readonly id: number;
  readonly partner: string;
  readonly place: string;
  readonly source: string;
  readonly code: string;
  readonly target: string;
  readonly display: string | null;
  readonly isRequired: boolean;
}

/** Codes of which nobody has been told; oldest first. */
export function untoldCodes(db: Queryable, limit: number): Promise<readonly StoredCode[]> {
  return db.query<StoredCode>({
    name: 'untold-codes',
    text: `
select c.id, c.partner, c.place, c.source, c.code, c.target, c.display,
  exists (select 1 from waiting w where w.code = c.id and w.is_required) as "isRequired"
from unmapped_code c where c.task is null and c.answered_at is null order by c.id limit $1`,
    values: [limit],
  });
}

/** @param task `Task/id` */
export async function keepCodeTask(db: Queryable, code: number, task: string): Promise<void> {
  await db.query({
    name: 'keep-code-task',
    text: 'update unmapped_code set task = $2 where id = $1',
    values: [code, task],
  });
}

export async function markAnswered(
  db: Queryable,
  { partner, source, code, target }: Pick<StoredCode, 'partner' | 'source' | 'code' | 'target'>,
): Promise<void> {
  await db.query({
    name: 'mark-answered',
    text: 'update unmapped_code set answered_at = now() where partner = $1 and source = $2 and code = $3 and target = $4',
    values: [partner, source, code, target],
  });
}

/**
 * Messages that are parked for codes all of which have been answered. One that was parked after its answer came is told too if that
 * was at about the same time: it was mapped before.
 */
export async function answeredMessages(db: Queryable, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ readonly id: string }>({
    name: 'answered-messages',
    text: `
select m.id from progress p join message m on m.seq = p.seq
where p.state = 'parked' and p.reason = 'unmapped-code'
  and exists (select 1 from waiting w where w.seq = p.seq and w.is_required)
  and not exists (
    select 1 from waiting w join unmapped_code c on c.id = w.code
    where w.seq = p.seq and w.is_required
      and (c.answered_at is null or p.ended_at > c.answered_at + interval '1 minute')
  )
order by p.seq limit $1`,
    values: [limit],
  });
  return rows.map(({ id }) => id);
}

/** Messages that were applied with a code of the partner's own which has an answer now. */
export async function outdatedMessages(
  db: Queryable,
  { partner, source, code, target }: Pick<StoredCode, 'partner' | 'source' | 'code' | 'target'>,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.query<{ readonly id: string }>({
    name: 'outdated-messages',
    text: `
select m.id from unmapped_code c join waiting w on w.code = c.id join message m on m.seq = w.seq join progress p on p.seq = m.seq
where c.partner = $1 and c.source = $2 and c.code = $3 and c.target = $4 and p.state in ('applied', 'superseded')
order by m.seq limit $5`,
    values: [partner, source, code, target, limit],
  });
  return rows.map(({ id }) => id);
}
