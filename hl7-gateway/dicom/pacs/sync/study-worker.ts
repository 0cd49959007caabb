import type { Log } from '../../../../server/kernel/log.ts';
import { isDown, Unreachable } from '../../../client/http-call.ts';
import { closeTask } from '../../../deliver/tasks/close-task.ts';
import type { Store } from '../../../store/open-store.ts';
import {
  failStudy,
  finishStudy,
  putOffStudy,
  renewStudy,
  takeStudies,
  type DueStudy,
  type StudyLook,
} from '../../../store/pacs-studies.ts';
import type { Lease } from '../../../store/take-messages.ts';
import { whileHeld } from '../../../store/while-held.ts';
import { raiseFailureTask } from './study-tasks.ts';
import { syncStudy, type SyncContext, type SyncedStudy } from './sync-study.ts';
import { WrittenMeanwhile } from './write-imaging-study.ts';

export interface StudyWorkerOptions {
  readonly store: Store;
  readonly log: Log;
  readonly lease: Lease;
  readonly sync: SyncContext;
  /** What else follows from a study that is shown. */
  followUp(synced: SyncedStudy): Promise<void>;
}

/** Studies that are looked at together. */
const ABREAST = 4;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 600_000;
/** A person is told after so many failures. */
const PATIENCE = 5;

/**
 * Looks at all studies that are due.
 * @returns how many
 * @throws Unreachable where PACS or server do not answer: then none of the others is tried
 */
export async function workStudies(options: StudyWorkerOptions): Promise<number> {
  const { store, lease } = options;
  for (let count = 0; ;) {
    const due = await takeStudies(store, lease, ABREAST);
    const down = (await Promise.all(due.map((study) => work(options, study)))).find((error) => error !== undefined);
    count += due.length;
    if (down !== undefined) throw down;
    if (due.length < ABREAST) return count;
  }
}

/** @returns why nobody can be looked at now */
async function work(options: StudyWorkerOptions, due: DueStudy): Promise<Unreachable | undefined> {
  const { store, log, lease, sync } = options;
  try {
    const renew = (): Promise<void> => renewStudy(store, lease, due.uid);
    const look = await whileHeld(lease, { log, renew }, () => lookAt(options, due));
    const isOwn = await finishStudy(store, lease.owner, due, look);
    // Afterwards: a Task that is completed while the study waits for it would be an answer.
    if (isOwn && due.task !== null && due.task !== look.task) await closeTask(sync.client, due.task);
    return undefined;
  } catch (error) {
    const down = error instanceof Unreachable && isDown(error) ? error : undefined;
    if (down !== undefined || error instanceof WrittenMeanwhile) {
      await putOffStudy(store, lease.owner, due.uid, FIRST_PAUSE);
      return down;
    }
    log.warn({ err: error }, 'a study could not be taken over; it is tried again');
    const task = due.failures >= PATIENCE && due.task === null ? await tell(sync, due.uid) : due.task;
    await failStudy(store, lease.owner, due.uid, { pause: pauseAfter(due.failures), task });
    return undefined;
  }
}

async function lookAt({ log, sync, followUp }: StudyWorkerOptions, due: DueStudy): Promise<StudyLook> {
  const { look, synced } = await syncStudy(sync, due);
  // Before it counts as done: what follows is tried again with it, unless it is refused.
  const refused = synced === undefined ? undefined : await refusalOf(() => followUp(synced));
  if (refused !== undefined) {
    log.error({ err: refused }, 'what follows from a study could not be stored');
    await raiseFailureTask(sync.client, due.uid, sync.now);
  }
  return look;
}

/** The error of a server or PACS that answers, and does not take it. @throws what another try may mend */
async function refusalOf(run: () => Promise<void>): Promise<unknown> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (error instanceof Unreachable || error instanceof WrittenMeanwhile) throw error;
    return error;
  }
}

/** Who cannot be told now is told after the next failure. */
async function tell({ client, now }: SyncContext, uid: string): Promise<string | null> {
  try {
    return await raiseFailureTask(client, uid, now);
  } catch (error) {
    if (error instanceof Unreachable) return null;
    throw error;
  }
}

function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE * 2 ** Math.min(failures, 20), LONGEST_PAUSE);
}
