import type { Queryable } from './open-store.ts';

/**
 * Keeps whose study it is by a person's word, and has it looked at again. It holds for what the PACS said when the person was asked.
 * @param patient `Patient/id`; empty: nobody's
 */
export async function decideStudy(db: Queryable, uid: string, task: string, patient: string): Promise<void> {
  await db.query({
    name: 'decide-study',
    text: `
update pacs_study set decided = $3, decided_for = identity, task = null, wanted = wanted + 1, next_at = now()
where uid = $1 and task = $2`,
    values: [uid, task, patient],
  });
}
