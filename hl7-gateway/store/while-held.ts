import { every } from '../../server/kernel/every.ts';
import type { Log } from '../../server/kernel/log.ts';
import type { Lease } from './take-messages.ts';

/**
 * Works while nobody else takes what is worked on, however long it takes. Leases are short, so that the work of a process that was
 * killed is soon done by another one; they are renewed meanwhile.
 * @param renew makes the lease end later
 */
export async function whileHeld<T>(
  { duration }: Pick<Lease, 'duration'>,
  { log, renew }: { readonly log: Log; readonly renew: () => Promise<unknown> },
  work: () => Promise<T>,
): Promise<T> {
  let isFresh = true;
  const held = every(
    duration / 3,
    async () => {
      // It was just taken: most work is done before a third of it is over, and costs no statement.
      if (!isFresh) await renew();
      isFresh = false;
    },
    (err) => log.warn({ err }, 'work that is under way could not be held'),
  );
  try {
    return await work();
  } finally {
    await held.stop();
  }
}
