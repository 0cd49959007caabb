import { uuidv7 } from '../kernel/id.ts';
import type { Db } from '../storage/db.ts';
import { nextTime } from './cron.ts';
import { ATTEMPTS } from './job-queue.ts';
import { insertJob, lookAround, takeOver, takeUnhanded } from './ledger.ts';
import { setNext, takeDueSchedules, type ScheduleRow } from './schedule-table.ts';
import type { JobTransport } from './transport.ts';

const HANDED_AT_ONCE = 500;
const HOUR = 3_600_000;

/**
 * One pass over the ledger, by any process at any time: jobs of processes that have ended are taken over, schedules add
 * theirs, and what is due is handed to the transport, again where it may have lost it.
 * @param handAgain ms after which a message counts as lost
 */
export async function sweep(db: Db, transport: JobTransport, handAgain: number): Promise<void> {
  const { now, queues, hasSilent, hasUnhanded, hasSchedules } = await lookAround(db, handAgain);
  if (hasSilent) await takeOver(db);
  if (hasSchedules) await runSchedules(db, now);
  if (hasSilent || hasSchedules || hasUnhanded) await handDue(db, transport, handAgain);
  transport.look(queues);
}

/** Tells the transport of what is due. */
export async function handDue(db: Db, transport: JobTransport, handAgain: number): Promise<void> {
  for (;;) {
    const due = await takeUnhanded(db, handAgain, HANDED_AT_ONCE);
    if (due.length > 0) await transport.hand(due);
    if (due.length < HANDED_AT_ONCE) return;
  }
}

/** Adds a job for each schedule whose time has come. Whichever process comes first does it; the others pass it over. */
export async function runSchedules(db: Db, now: number): Promise<void> {
  await db.transaction(async (tx) => {
    for (const schedule of await takeDueSchedules(tx, now)) {
      const { tenant, queue, payload } = schedule;
      const job = {
        tenant,
        queue,
        payload,
        key: undefined,
        priority: 0,
        attempts: ATTEMPTS,
        delay: 0,
        isHanded: false,
      };
      await insertJob(tx, { ...job, id: uuidv7(now) });
      await setNext(tx, schedule, timeAfter(schedule, now));
    }
  });
}

/** What could be read when it was stored may not be any more, with other time zone data. */
function timeAfter({ cron, zone }: ScheduleRow, now: number): number {
  try {
    return nextTime(cron, zone, now);
  } catch {
    return now + HOUR;
  }
}
