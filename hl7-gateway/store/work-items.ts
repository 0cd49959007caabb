import type { Queryable } from './open-store.ts';

/** A message that waits for a person who has not been told yet. */
export interface UntoldMessage {
  readonly seq: number;
  readonly id: string;
  readonly controlId: string;
  readonly event: string;
  readonly partner: string;
  readonly receivedAt: string;
  readonly reason: string;
  readonly note: string;
}

/** Oldest first. Those that wait for codes are told by the Tasks of the codes. */
export function untoldMessages(db: Queryable, limit: number): Promise<readonly UntoldMessage[]> {
  return db.query<UntoldMessage>({
    name: 'untold-messages',
    text: `
select m.seq, m.id, m.control_id as "controlId", m.event, m.partner, m.received_at as "receivedAt",
  coalesce(p.reason, '') as reason, coalesce(p.note, '') as note
from progress p join message m on m.seq = p.seq
where p.task is null and p.state in ('parked', 'dead') and m.direction = 'in' and p.reason <> 'unmapped-code'
order by p.seq limit $1`,
    values: [limit],
  });
}

/** @param task `Task/id` */
export async function keepTask(db: Queryable, seq: number, task: string): Promise<void> {
  await db.query({
    name: 'keep-task',
    text: 'update progress set task = $2, is_task_open = true where seq = $1',
    values: [seq, task],
  });
}

/** Tasks of messages that nobody has to look at any more. */
export function settledTasks(
  db: Queryable,
  limit: number,
): Promise<readonly { readonly seq: number; readonly task: string }[]> {
  return db.query({
    name: 'settled-tasks',
    text: `
select seq, task from progress
where is_task_open and state not in ('received', 'failed', 'parked', 'dead') order by seq limit $1`,
    values: [limit],
  });
}

/** Another Task is made when it has to wait once more. */
export async function forgetTask(db: Queryable, seq: number): Promise<void> {
  await db.query({
    name: 'forget-task',
    text: `
update progress set is_task_open = false, task = case when state in ('parked', 'dead') then null else task end where seq = $1`,
    values: [seq],
  });
}
