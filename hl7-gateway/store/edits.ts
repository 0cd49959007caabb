import type { Queryable } from './open-store.ts';

/** A corrected text of a message. */
export interface StoredEdit {
  readonly id: string;
  readonly message: string;
  readonly partner: string;
  readonly state: 'proposed' | 'approved' | 'refused';
  readonly bytes: Buffer;
  readonly author: string;
  readonly explanation: string;
  readonly at: string;
  readonly decidedBy: string | null;
}

/** @returns false when there is no such message that waits for a person */
export async function insertEdit(
  db: Queryable,
  edit: Pick<StoredEdit, 'id' | 'message' | 'author' | 'explanation'> & { readonly bytes: Uint8Array },
): Promise<boolean> {
  const rows = await db.query({
    name: 'insert-edit',
    text: `
insert into edit (id, seq, bytes, author, explanation)
select $1, m.seq, $3, $4, $5 from message m join progress p on p.seq = m.seq
where m.id = $2 and m.direction = 'in' and p.state in ('parked', 'dead', 'ignored')
returning id`,
    values: [edit.id, edit.message, edit.bytes, edit.author, edit.explanation],
  });
  return rows.length > 0;
}

const SELECT = `
select e.id, m.id as message, m.partner, e.state, e.bytes, e.author, e.explanation, e.at, e.decided_by as "decidedBy"
from edit e join message m on m.seq = e.seq`;

export function editsOf(db: Queryable, message: string): Promise<readonly StoredEdit[]> {
  return db.query<StoredEdit>({ name: 'edits-of', text: `${SELECT} where m.id = $1 order by e.at`, values: [message] });
}

/** Nobody else decides about it until the transaction ends. */
export async function lockEdit(tx: Queryable, id: string): Promise<StoredEdit | undefined> {
  const [row] = await tx.query<StoredEdit>({
    name: 'lock-edit',
    text: `${SELECT} where e.id = $1 for update of e`,
    values: [id],
  });
  return row;
}

export async function decideEdit(
  tx: Queryable,
  id: string,
  state: 'approved' | 'refused',
  decidedBy: string,
): Promise<void> {
  await tx.query({
    name: 'decide-edit',
    text: 'update edit set state = $2, decided_by = $3, decided_at = now() where id = $1',
    values: [id, state, decidedBy],
  });
}

/** The corrected text takes its place. @returns false when it has been worked on since */
export async function replaceMessage(tx: Queryable, id: string, agent: string): Promise<boolean> {
  const rows = await tx.query({
    name: 'replace-message',
    text: `
with replaced as (
  update progress p set state = 'superseded', reason = 'edited', ended_at = now() from message m
  where m.seq = p.seq and m.id = $1 and p.state in ('parked', 'dead', 'ignored')
  returning p.seq
), noted as (
  insert into attempt (seq, kind, reason, agent) select seq, 'superseded', 'edited', $2 from replaced
), asked as (
  delete from waiting w using replaced r where w.seq = r.seq
)
select seq from replaced`,
    values: [id, agent],
  });
  return rows.length > 0;
}
