import type { Queryable } from './db.ts';

const BLOCK = 1000;

/** Hands out numbers for resource.pid without a round trip per resource. */
export interface PidSource {
  /**
   * `count` fresh pids, rising.
   * @param db what the caller works on: a transaction must not wait for another connection, since all of them may be held
   * by transactions that wait for its locks
   */
  take(db: Queryable, count: number): Promise<number[]>;
}

/** Takes blocks of 1,000 from the sequence `pid_block`; what a process leaves of its block is never used (pids are not versions, gaps are fine). */
export function createPidSource(): PidSource {
  let next = 0;
  let end = 0;
  const refills = new Map<Queryable, Promise<void>>();

  async function fetchBlock(db: Queryable): Promise<void> {
    const [row] = await db.query<{ block: number }>({
      name: 'pid_block',
      text: `select nextval('pid_block') as block`,
      values: [],
    });
    if (row === undefined) throw new Error('sequence pid_block gave no row');
    next = row.block * BLOCK;
    end = next + BLOCK;
  }

  return {
    async take(db, count) {
      const pids: number[] = [];
      while (pids.length < count) {
        if (next === end) {
          // Concurrent callers outside of transactions wait for the same block instead of each fetching one.
          let refill = refills.get(db);
          if (refill === undefined) refills.set(db, (refill = fetchBlock(db).finally(() => refills.delete(db))));
          await refill;
          continue;
        }
        pids.push(next);
        next += 1;
      }
      return pids;
    },
  };
}
