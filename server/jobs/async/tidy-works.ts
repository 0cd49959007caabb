import type { AsyncKind } from '../../fhir/async/async-works.ts';
import type { Queryable } from '../../storage/db.ts';
import { dropWorks, oldWorks } from './async-table.ts';
import { shownWork } from './run-work.ts';

const PAGE = 20;

/**
 * Forgets what is past its time; what cannot be forgotten now is left for the next time.
 * @param kinds by queue; undefined: a work of which nothing is kept elsewhere. Works of other queues are left alone.
 * @param before milliseconds
 */
export async function tidyWorks(
  db: Queryable,
  kinds: ReadonlyMap<string, AsyncKind | undefined>,
  before: number,
  onError: (error: unknown) => void,
): Promise<void> {
  let after = { created: 0, id: '00000000-0000-0000-0000-000000000000' };
  for (;;) {
    const old = await oldWorks(db, [...kinds.keys()], before, after, PAGE);
    for (const work of old) {
      try {
        await kinds.get(work.queue)?.forget?.(shownWork(work));
        await dropWorks(db, work.tenant, [work.id]);
      } catch (error) {
        onError(error);
      }
    }
    const last = old.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
